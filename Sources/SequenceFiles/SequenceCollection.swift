import Datasets
import Platform

/// The sequences of a file or a folder, collected one by one.
struct SequenceCollection {
    /// The path of the file or folder.
    let path: String
    /// The values of each sequence, [L][D].
    private(set) var sequences: [[Float]] = []
    private(set) var labels: [Int?] = []
    private(set) var values: [[Float]] = []
    /// The name of each sequence: its line, its id or its file.
    private(set) var names: [String] = []

    init(path: String) { self.path = path }

    /// - Parameter label: The class; nil if it is unknown.
    mutating func add(_ sequence: [Float], label: Int?, name: String) {
        sequences.append(sequence)
        labels.append(label)
        names.append(name)
    }

    mutating func add(_ sequence: [Float], values: [Float]) {
        sequences.append(sequence)
        self.values.append(values)
    }

    /// Returns the data set.
    ///
    /// - Parameters:
    ///   - channelNames: The names of the channels; nil if they have none.
    ///   - classNames: The names of the classes; nil if the targets are values.
    func labeled(
        channels: Int, channelNames: [String]? = nil, classNames: [String]?
    ) throws(DatasetError) -> SequenceFile {
        let size = sequences.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
        guard MemoryShortage.allows(Double(size)) else { throw .noMemory(file: path, bytes: size) }
        do throws(SequenceError) {
            guard let classNames else {
                return SequenceFile(
                    sequences: try LabeledSequences(sequences, channels: channels, values: values),
                    channelNames: channelNames, labels: [], names: [])
            }
            return SequenceFile(
                sequences: try LabeledSequences(
                    sequences, channels: channels, labels: labels.map { $0 ?? 0 }, classNames: classNames),
                channelNames: channelNames, labels: labels, names: names)
        } catch {
            // The readers have checked everything, so that their errors name the line.
            throw .unreadable(file: path, reason: "\(error); correct the file")
        }
    }
}

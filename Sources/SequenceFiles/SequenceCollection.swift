import Datasets
import Platform

/// The sequences of a file or a folder, collected one by one.
struct SequenceCollection {
    /// The path of the file or folder.
    let path: String
    /// The values of each sequence, [L][D].
    private(set) var sequences: [[Float]] = []
    private(set) var labels: [Int] = []
    private(set) var values: [[Float]] = []

    init(path: String) { self.path = path }

    mutating func add(_ sequence: [Float], label: Int) {
        sequences.append(sequence)
        labels.append(label)
    }

    mutating func add(_ sequence: [Float], values: [Float]) {
        sequences.append(sequence)
        self.values.append(values)
    }

    /// Returns the data set.
    ///
    /// - Parameter classNames: The names of the classes; nil if the targets are values.
    func labeled(channels: Int, classNames: [String]?) throws(DatasetError) -> LabeledSequences {
        let size = sequences.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
        guard MemoryShortage.allows(Double(size)) else { throw .noMemory(file: path, bytes: size) }
        do throws(SequenceError) {
            guard let classNames else {
                return try LabeledSequences(sequences, channels: channels, values: values)
            }
            return try LabeledSequences(
                sequences, channels: channels, labels: labels, classNames: classNames)
        } catch {
            // The readers have checked everything, so that their errors name the line.
            throw .unreadable(file: path, reason: "\(error); correct the file")
        }
    }
}

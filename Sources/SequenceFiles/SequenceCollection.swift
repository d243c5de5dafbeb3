import Datasets
import Platform

/// The sequences of a file or a folder, collected one by one.
struct SequenceCollection {
    /// The path of the file or folder.
    let path: String
    /// The values of each sequence, [L][D].
    private(set) var sequences: [[Float]] = []
    /// The label of each sequence, alone, or the labels of its steps.
    private(set) var labels: [[Int]] = []
    /// The values of each sequence, [V], or of its steps, [L][V].
    private(set) var values: [[Float]] = []

    /// The kind of the targets.
    enum Targets {
        /// One of these classes.
        case classes([String])
        /// This number of values.
        case values(Int)
    }

    init(path: String) { self.path = path }

    mutating func add(_ sequence: [Float], labels: [Int]) {
        sequences.append(sequence)
        self.labels.append(labels)
    }

    mutating func add(_ sequence: [Float], values: [Float]) {
        sequences.append(sequence)
        self.values.append(values)
    }

    /// Returns the data set.
    func labeled(
        channels: Int, targets: Targets, _ place: SequenceFileOptions.Targets = .eachSequence
    ) throws(DatasetError) -> LabeledSequences {
        let size = sequences.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
        guard MemoryShortage.allows(Double(size)) else { throw .noMemory(file: path, bytes: size) }
        do throws(SequenceError) {
            switch (targets, place) {
            case (.classes(let names), .eachSequence):
                return try LabeledSequences(
                    sequences, channels: channels, labels: labels.map { $0[0] }, classNames: names)
            case (.classes(let names), .eachStep):
                return try LabeledSequences(
                    sequences, channels: channels, stepLabels: labels, classNames: names)
            case (.values, .eachSequence):
                return try LabeledSequences(sequences, channels: channels, values: values)
            case (.values(let count), .eachStep):
                return try LabeledSequences(
                    sequences, channels: channels, stepValues: values, valueCount: count)
            }
        } catch {
            // The readers have checked everything, so that their errors name the line.
            throw .unreadable(file: path, reason: "\(error); correct the file")
        }
    }
}

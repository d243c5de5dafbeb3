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
    /// Whether the class of each sequence is known.
    private(set) var areKnown: [Bool] = []
    /// The name of each sequence: its line, its id or its file.
    private(set) var names: [String] = []

    /// The kind of the targets.
    enum Targets {
        /// One of these classes.
        case classes([String])
        /// This number of values.
        case values(Int)
    }

    init(path: String) { self.path = path }

    /// - Parameters:
    ///   - labels: The class of the sequence, or the classes of its steps; nil if the class is not known.
    ///   - name: The name of the sequence.
    mutating func add(_ sequence: [Float], labels: [Int]?, name: String) {
        sequences.append(sequence)
        self.labels.append(labels ?? [0])
        areKnown.append(labels != nil)
        names.append(name)
    }

    mutating func add(_ sequence: [Float], values: [Float], name: String) {
        sequences.append(sequence)
        names.append(name)
        self.values.append(values)
    }

    /// Returns the data set.
    private func sequences(
        channels: Int, targets: Targets, _ place: SequenceFileOptions.Targets
    ) throws(SequenceError) -> LabeledSequences {
        switch (targets, place) {
        case (.classes(let names), .eachSequence):
            try LabeledSequences(
                sequences, channels: channels, labels: labels.map { $0[0] }, classNames: names)
        case (.classes(let names), .eachStep):
            try LabeledSequences(sequences, channels: channels, stepLabels: labels, classNames: names)
        case (.values, .eachSequence):
            try LabeledSequences(sequences, channels: channels, values: values)
        case (.values(let count), .eachStep):
            try LabeledSequences(sequences, channels: channels, stepValues: values, valueCount: count)
        }
    }

    /// Returns the data set with the names of its channels and sequences.
    ///
    /// - Parameter channelNames: The names of the channels; nil if they have none.
    func labeled(
        channels: Int, channelNames: [String]? = nil, targets: Targets,
        _ place: SequenceFileOptions.Targets = .eachSequence
    ) throws(DatasetError) -> SequenceFile {
        let size = sequences.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
        guard MemoryShortage.allows(Double(size)) else { throw .noMemory(file: path, bytes: size) }
        do throws(SequenceError) {
            let known = place == .eachSequence ? zip(areKnown, labels).map { $0 ? $1[0] : nil } : []
            return SequenceFile(
                sequences: try sequences(channels: channels, targets: targets, place),
                channelNames: channelNames, labels: known, names: names)
        } catch {
            // The readers have checked everything, so that their errors name the line.
            throw .unreadable(file: path, reason: "\(error); correct the file")
        }
    }
}

extension LabeledSequences {
    /// Creates sequences with a class each.
    ///
    /// - Parameters:
    ///   - sequences: The values of each sequence, step by step, [L][D]; at least one step and at most 65,536.
    ///   - channels: D, the number of values of a step.
    ///   - labels: The class of each sequence, from 0.
    ///   - classNames: The names of the classes; if nil, their numbers, up to the greatest label.
    /// - Throws: ``SequenceError`` for anything that a model cannot be trained on: no sequence, a sequence without a step
    ///   or with part of one, values that are not finite, labels without a name, fewer than two classes.
    public init(
        _ sequences: [[Float]], channels: Int, labels: [Int], classNames: [String]? = nil
    ) throws(SequenceError) {
        let classes = try Self.classNames(classNames, greatest: labels.max() ?? 0)
        for (index, label) in labels.enumerated() where !classes.indices.contains(label) {
            throw Self.labelError(index, label, classes)
        }
        try self.init(
            sequences, channels: channels, targetCount: labels.count, targets: .classes(classes),
            storage: ByteStorage(copying: labels.map { UInt8($0) }))
    }

    /// Creates sequences with values to compute.
    ///
    /// - Parameters:
    ///   - sequences: The values of each sequence, step by step, [L][D]; at least one step and at most 65,536.
    ///   - channels: D, the number of values of a step.
    ///   - values: The values that a model computes from each sequence, at least one and the same number for all.
    /// - Throws: ``SequenceError`` for anything that a model cannot be trained on.
    public init(_ sequences: [[Float]], channels: Int, values: [[Float]]) throws(SequenceError) {
        let width = values.first?.count ?? 1
        for (index, row) in values.enumerated() {
            guard row.count == width, width > 0 else {
                throw SequenceError(
                    sequence: index, problem: .target, expected: "\(max(width, 1)) values",
                    found: "\(row.count)")
            }
            try Self.checkTargets(row, index)
        }
        try self.init(
            sequences, channels: channels, targetCount: values.count, targets: .values(width),
            storage: ByteStorage(joining: values))
    }

    /// Creates sequences with a class for each step, for instance the part of speech of each word.
    ///
    /// - Parameters:
    ///   - sequences: The values of each sequence, step by step, [L][D]; at least one step and at most 65,536.
    ///   - channels: D, the number of values of a step.
    ///   - stepLabels: The class of each step of each sequence, [L], from 0.
    ///   - classNames: The names of the classes; if nil, their numbers, up to the greatest label.
    /// - Throws: ``SequenceError`` as the initialiser with one class for each sequence, and for a sequence that does not
    ///   have as many labels as steps.
    public init(
        _ sequences: [[Float]], channels: Int, stepLabels: [[Int]], classNames: [String]? = nil
    ) throws(SequenceError) {
        let classes = try Self.classNames(classNames, greatest: stepLabels.lazy.joined().max() ?? 0)
        for (index, labels) in stepLabels.enumerated() {
            if let label = labels.first(where: { !classes.indices.contains($0) }) {
                throw Self.labelError(index, label, classes)
            }
        }
        try Self.checkSteps(sequences, channels: channels, targets: stepLabels.map(\.count), width: 1)
        try self.init(
            sequences, channels: channels, targetCount: stepLabels.count, targets: .stepClasses(classes),
            storage: ByteStorage(copying: stepLabels.flatMap { $0.map { UInt8($0) } }))
    }

    /// Creates sequences with values to compute at each step.
    ///
    /// - Parameters:
    ///   - sequences: The values of each sequence, step by step, [L][D]; at least one step and at most 65,536.
    ///   - channels: D, the number of values of a step.
    ///   - stepValues: The values that a model computes at each step of each sequence, step by step, [L][V].
    ///   - valueCount: V, the number of values of a step.
    /// - Throws: ``SequenceError`` for anything that a model cannot be trained on.
    public init(
        _ sequences: [[Float]], channels: Int, stepValues: [[Float]], valueCount: Int = 1
    ) throws(SequenceError) {
        guard Limits.channels.contains(valueCount) else {
            throw SequenceError(
                sequence: nil, problem: .target,
                expected: "1 to \(Limits.channels.upperBound) values for each step", found: "\(valueCount)")
        }
        for (index, values) in stepValues.enumerated() { try Self.checkTargets(values, index) }
        try Self.checkSteps(
            sequences, channels: channels, targets: stepValues.map(\.count), width: valueCount)
        try self.init(
            sequences, channels: channels, targetCount: stepValues.count, targets: .stepValues(valueCount),
            storage: ByteStorage(joining: stepValues))
    }

    private init(
        _ sequences: [[Float]], channels: Int, targetCount: Int, targets: Targets, storage: ByteStorage
    ) throws(SequenceError) {
        guard Limits.channels.contains(channels) else {
            throw SequenceError(
                sequence: nil, problem: .channels, expected: "1 to \(Limits.channels.upperBound)",
                found: "\(channels)")
        }
        guard !sequences.isEmpty, sequences.count <= Limits.count else {
            throw SequenceError(
                sequence: nil, problem: .count, expected: "at least one sequence", found: "\(sequences.count)"
            )
        }
        guard targetCount == sequences.count else {
            throw SequenceError(
                sequence: nil, problem: .target, expected: "\(sequences.count), one for each sequence",
                found: "\(targetCount)")
        }
        var steps = 0
        var starts: [Int] = []
        for (index, sequence) in sequences.enumerated() {
            try Self.check(sequence, index, channels: channels)
            starts.append(steps)
            steps += sequence.count / channels
        }
        values = ByteStorage(floatCount: steps * channels) { target in
            var place = 0
            for sequence in sequences {
                sequence.withUnsafeBufferPointer {
                    (target.baseAddress! + place).update(from: $0.baseAddress!, count: $0.count)
                }
                place += sequence.count
            }
        }
        count = sequences.count
        self.channels = channels
        self.targets = targets
        let lengths = sequences.map { Int32($0.count / channels) }
        longest = Int(lengths.max()!)
        firstSteps = starts.withUnsafeBytes { ByteStorage(copying: Array($0)) }
        self.lengths = lengths.withUnsafeBytes { ByteStorage(copying: Array($0)) }
        targetStorage = storage
        weights = nil
    }

    /// Checks that each sequence has `width` target numbers for each step, and that the steps of all sequences can be
    /// counted by the engine.
    private static func checkSteps(
        _ sequences: [[Float]], channels: Int, targets: [Int], width: Int
    ) throws(SequenceError) {
        guard channels > 0 else { return }
        var steps = 0
        for (index, (sequence, found)) in zip(sequences, targets).enumerated() {
            let length = sequence.count / channels
            guard length * width == found else {
                throw SequenceError(
                    sequence: index, problem: .target,
                    expected: "\(length * width), as it has \(length) steps", found: "\(found)")
            }
            steps += length
        }
        guard steps <= Limits.count else {
            throw SequenceError(
                sequence: nil, problem: .length,
                expected: "at most \(Limits.count) steps in all sequences together", found: "\(steps)")
        }
    }

    private static func checkTargets(_ values: [Float], _ index: Int) throws(SequenceError) {
        if let value = values.first(where: { !$0.isFinite }) {
            throw SequenceError(
                sequence: index, problem: .target, expected: "finite values", found: "\(value)")
        }
    }

    private static func labelError(_ index: Int, _ label: Int, _ classes: [String]) -> SequenceError {
        SequenceError(
            sequence: index, problem: .label, expected: "a class from 0 to \(classes.count - 1)",
            found: "\(label)")
    }

    private static func check(_ sequence: [Float], _ index: Int, channels: Int) throws(SequenceError) {
        guard sequence.count.isMultiple(of: channels) else {
            throw SequenceError(
                sequence: index, problem: .ragged,
                expected: "a multiple of \(channels) values, as there are channels",
                found: "\(sequence.count)")
        }
        let steps = sequence.count / channels
        guard Limits.steps.contains(steps) else {
            throw SequenceError(
                sequence: index, problem: .length, expected: "1 to \(Limits.steps.upperBound) steps",
                found: "\(steps)"
            )
        }
        let place = sequence.withUnsafeBufferPointer { values in
            // A plain loop: generic algorithms are slow in debug builds.
            for place in 0..<values.count where !values[place].isFinite { return place }
            return -1
        }
        guard place < 0 else {
            throw SequenceError(
                sequence: index, problem: .value, expected: "finite values",
                found: "\(sequence[place]) at step \(place / channels), channel \(place % channels)")
        }
    }

    private static func classNames(_ names: [String]?, greatest: Int) throws(SequenceError) -> [String] {
        let (next, overflows) = max(greatest, 0).addingReportingOverflow(1)
        let count = names?.count ?? (overflows ? greatest : next)
        guard Limits.classes.contains(count) else {
            throw SequenceError(
                sequence: nil, problem: .classes,
                expected: "\(Limits.classes.lowerBound) to \(Limits.classes.upperBound)", found: "\(count)")
        }
        let result = names ?? (0..<count).map(String.init)
        guard Set(result).count == count else {
            throw SequenceError(
                sequence: nil, problem: .classes, expected: "different names", found: "\(result)")
        }
        return result
    }
}

extension ByteStorage {
    /// Allocates memory for the numbers of several arrays, one after the other.
    convenience init(joining arrays: [[Float]]) {
        self.init(floatCount: arrays.reduce(0) { $0 + $1.count }) { target in
            var place = 0
            for array in arrays {
                for number in array {
                    target[place] = number
                    place += 1
                }
            }
        }
    }
}

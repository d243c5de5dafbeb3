import Datasets
import SequenceFiles

extension FuzzTarget {
    /// A `.ts` file. The sequences must be the same when they are written again, as a `.ts` file and as CSV.
    static let timeSeries = FuzzTarget("sequences-ts") { input in
        try check { options in
            try LabeledSequences(timeSeries: input.bytes, path: "input.ts", options: options)
        }
    }

    /// A CSV file with the steps of several sequences, which must be the same when they are written again; also with
    /// the classes as values to compute, and with targets at each step.
    static let sequenceTable = FuzzTarget("sequences-csv") { input in
        var values = SequenceFileOptions()
        values.valueColumns = [values.labelColumn]
        if let sequences = try? LabeledSequences(csv: input.bytes, path: "input.csv", options: values) {
            try checkWritten(sequences)
        }
        for columns in [[], [values.labelColumn]] {
            var steps = SequenceFileOptions()
            (steps.targets, steps.valueColumns) = (.eachStep, columns)
            if let sequences = try? LabeledSequences(csv: input.bytes, path: "input.csv", options: steps) {
                try checkWritten(sequences)
            }
        }
        try check { options in try LabeledSequences(csv: input.bytes, path: "input.csv", options: options) }
    }

    /// Reads with and without interpolation.
    private static func check(_ read: (SequenceFileOptions) throws -> LabeledSequences) throws {
        var filling = SequenceFileOptions()
        filling.missing = .interpolate
        let sequences: LabeledSequences
        do {
            sequences = try read(SequenceFileOptions())
            let others = try readBack { try read(filling) }
            try require(isSame(sequences, others), "sequences without gaps differ with interpolation")
        } catch let failure as FuzzFailure {
            throw failure
        } catch {
            try checkWritten(try read(filling))
            throw error
        }
        try checkWritten(sequences)
    }

    private static func checkWritten(_ sequences: LabeledSequences) throws(FuzzFailure) {
        try require(sequences.count > 0 && sequences.channels > 0, "no sequences or no channels")
        for index in 0..<sequences.count {
            let sequence = sequences[index]
            try require(
                sequence.length > 0 && sequence.length <= sequences.longest
                    && sequence.values.allSatisfy(\.isFinite),
                "a sequence with a wrong length or a value that is not finite")
        }
        var options = SequenceFileOptions()
        switch sequences.targets {
        case .classes(let names): options.classNames = names
        case .values: options.valueColumns = ["label"]
        case .stepClasses(let names): (options.targets, options.classNames) = (.eachStep, names)
        case .stepValues: (options.targets, options.valueColumns) = (.eachStep, ["label"])
        }
        let table = try readBack {
            try LabeledSequences(csv: csv(sequences), path: "written.csv", options: options)
        }
        try require(isSame(table, sequences), "the sequences differ when they are written as CSV")
        guard options.targets == .eachSequence else { return }
        if case .classes(let names) = sequences.targets,
            names.contains(where: { $0.utf8.contains { " \t\n\r:".utf8.contains($0) } })
        {
            return
        }
        let again = try readBack {
            try LabeledSequences(timeSeries: timeSeries(sequences), path: "written.ts")
        }
        try require(isSame(again, sequences), "the sequences differ when they are written again")
    }

    private static func isSame(_ first: LabeledSequences, _ second: LabeledSequences) -> Bool {
        first.count == second.count && first.channels == second.channels && first.targets == second.targets
            && (0..<first.count).allSatisfy { first[$0] == second[$0] }
    }

    /// Returns the text of a step's target. Every `Float` is a `Double`, whose description is exact.
    private static func target(
        _ sequence: LabeledSequence, step: Int = 0, _ targets: LabeledSequences.Targets
    ) -> String {
        switch (sequence.target, targets) {
        case (.label(let label), .classes(let names)): names[label]
        case (.label(let label), _): "\(label)"
        case (.values(let values), _): values.map { "\(Double($0))" }.joined(separator: ",")
        case (.stepLabels(let labels), .stepClasses(let names)): names[labels[step]]
        case (.stepLabels(let labels), _): "\(labels[step])"
        case (.stepValues(let values), _): "\(Double(values[step]))"
        }
    }

    private static func timeSeries(_ sequences: LabeledSequences) -> [UInt8] {
        var text = "@problemName written\n"
        switch sequences.targets {
        case .classes(let names): text += "@classLabel true " + names.joined(separator: " ")
        case .values: text += "@targetLabel true"
        case .stepClasses, .stepValues: preconditionFailure("files have one target for each sequence")
        }
        text += "\n@data\n"
        for index in 0..<sequences.count {
            let sequence = sequences[index]
            for channel in 0..<sequence.channels {
                text +=
                    (0..<sequence.length).map {
                        "\(Double(sequence.values[$0 * sequence.channels + channel]))"
                    }
                    .joined(separator: ",") + ":"
            }
            text += target(sequence, sequences.targets) + "\n"
        }
        return Array(text.utf8)
    }

    /// Returns CSV with every field in quotes.
    private static func csv(_ sequences: LabeledSequences) -> [UInt8] {
        func row(_ fields: [String]) -> String {
            fields.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\n"
        }
        var text = row(["id", "label"] + (0..<sequences.channels).map { "c\($0)" })
        for index in 0..<sequences.count {
            let sequence = sequences[index]
            for step in 0..<sequence.length {
                let values = sequence.values[step * sequence.channels..<(step + 1) * sequence.channels]
                let target = target(sequence, step: step, sequences.targets)
                text += row(["\(index)", target] + values.map { "\(Double($0))" })
            }
        }
        return Array(text.utf8)
    }
}

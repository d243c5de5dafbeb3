import Datasets
import SequenceFiles

/// Returns the description of the error that `body` throws, or "no error".
func message(_ body: () throws -> LabeledSequences) -> String {
    do {
        _ = try body()
        return "no error"
    } catch {
        return "\(error)"
    }
}

extension LabeledSequences {
    /// The values of each sequence.
    var allValues: [[Float]] { (0..<count).map { self[$0].values } }

    /// The target of each sequence.
    var allTargets: [LabeledSequence.Target] { (0..<count).map { self[$0].target } }
}

extension SequenceFileOptions {
    /// Returns options of which some are changed.
    static func with(_ change: (inout SequenceFileOptions) -> Void) -> SequenceFileOptions {
        var options = SequenceFileOptions()
        change(&options)
        return options
    }
}

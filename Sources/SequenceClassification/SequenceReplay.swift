import Platform
import Runs

extension SequenceTraining {
    /// Returns the computation of the states of a run of sequences or of a text.
    ///
    /// - Throws: ``RunError`` for a run without a valid configuration.
    package static func replay(of run: RunDirectory, threads: Int = 1) throws -> any RunReplaying {
        guard try POSIX.kind(at: run.configuration) != nil else { throw RunError.neverBegan(run: run.path) }
        let options = try RunFile.read(StoredOptions<Options>.self, from: run.configuration).options
        return options.text == nil
            ? RunReplay<SequenceTraining>(run, threads: threads)
            : RunReplay<TextTraining>(run, threads: threads)
    }
}

extension Receipt {
    /// Whether the training read a text, not sequences.
    package var isOfText: Bool { data.contains { $0.role == "text" } }
}

/// The state of a run.
package enum RunState: String, Codable, CaseIterable, Sendable {
    case running
    case finished
    /// Stopped by a signal, the time limit or a request; the run can be resumed.
    case stopped
    /// Ended because numbers were not finite or a file could not be written, or killed.
    case failed
    /// The file with the state cannot be read. This state is never stored.
    case damaged
}

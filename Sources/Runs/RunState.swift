/// How a run is doing.
package enum RunState: String, Codable, CaseIterable, Sendable {
    case running
    case finished
    /// Stopped by a signal or the time limit; the run can be resumed.
    case stopped
    /// Ended by numbers that were not finite, by a file that could not be written, or killed.
    case failed
    /// A file that tells the state cannot be read. Never stored.
    case damaged
}

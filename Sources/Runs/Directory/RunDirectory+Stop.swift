import Platform

/// The file by which another program asks the training of a run to stop. The training looks for it about once a second, and
/// ends after the current step as at its time limit.
extension RunDirectory {
    package var stopRequest: String { FilePath.join(path, "stop") }

    /// Whether the file exists. A link, a directory or another kind of file of this name is no request.
    package var isAskedToStop: Bool { ((try? POSIX.kind(at: stopRequest)) ?? nil) == .regular }

    /// Asks the training to stop; does nothing if it was already asked.
    ///
    /// - Throws: ``FileError`` if the file cannot be created, also if something else has its name.
    package func askToStop() throws(FileError) {
        do throws(FileError) {
            _ = try OpenFile(stopRequest, .creating)
        } catch {
            guard error.code == POSIX.taken, isAskedToStop else { throw error }
        }
    }

    /// Removes a request that a training has fulfilled, or of a training that ended otherwise.
    package func discardStopRequest() throws(FileError) {
        if isAskedToStop { try POSIX.discardFile(stopRequest) }
    }
}

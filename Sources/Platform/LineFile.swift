/// A text file that grows by whole lines: each is handed to the system at once, and one that does not
/// fit any more (a full disk) leaves nothing of itself behind.
package final class LineFile: Sendable {
    private let file: OpenFile

    package var path: String { file.path }

    package init(_ path: String, _ mode: POSIX.OpenMode) throws(FileError) {
        file = try OpenFile(path, mode)
    }

    /// Appends `text`, a line or several, and the line's end.
    package func append(_ text: String) throws(FileError) {
        try file.appendWhole(Array((text + "\n").utf8))
    }
}

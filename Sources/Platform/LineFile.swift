/// A text file that grows by whole lines. Each line is passed to the system at once. A line that cannot be written
/// completely (full disk) is removed again.
package final class LineFile: Sendable {
    private let file: OpenFile

    package var path: String { file.path }

    package init(_ path: String, _ mode: POSIX.OpenMode) throws(FileError) {
        file = try OpenFile(path, mode)
    }

    /// Appends `text`, one or more lines, and a line end.
    package func append(_ text: String) throws(FileError) {
        try file.appendWhole(Array((text + "\n").utf8))
    }
}

import Foundation

/// A pipe, and the text that was written to it.
package final class TestPipe: Sendable {
    private let pipe = Pipe()

    package init() {}

    package var descriptor: Int32 { pipe.fileHandleForWriting.fileDescriptor }

    /// Returns the text so far; nothing may be written after this.
    package func content() throws -> String {
        try pipe.fileHandleForWriting.close()
        return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }

    package func closeReader() throws { try pipe.fileHandleForReading.close() }
}

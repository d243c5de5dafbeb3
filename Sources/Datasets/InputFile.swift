import Platform

/// A source of bytes: a file's own bytes, or its unpacked content.
package protocol ByteSource: AnyObject {
    var path: String { get }

    /// The number of bytes to read, as far as the size of the file determines it.
    var contentLimit: ContentLimit { get }

    /// Fills `buffer` and returns the number of bytes; fewer only at the end of a complete source.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int

    /// Returns the location, for errors, of the byte at `offset` of the content.
    func location(_ offset: Int) -> DatasetError.Location
}

package enum ContentLimit {
    case exactly(Int)
    case atMost(Int)
}

/// A regular file, open for reading.
package final class InputFile: ByteSource {
    /// The size in bytes.
    package let size: Int
    /// The offset of the next byte that `read` returns.
    package private(set) var position = 0
    private let file: OpenFile

    package var path: String { file.path }

    /// - Parameters:
    ///   - path: The path of the file.
    ///   - isNamed: Whether a user names this file, rather than a directory that contains it.
    package init(path: String, isNamed: Bool = false) throws(DatasetError) {
        do throws(FileError) {
            file = try OpenFile(path, .readingInput)
            size = try file.status().size
        } catch {
            guard !error.isMissing else {
                throw .missing(names: [path], lookedFor: [path], remedy: "check the path")
            }
            throw Self.unreadable(error, isNamed: isNamed)
        }
    }

    private static func unreadable(_ error: FileError, isNamed: Bool = false) -> DatasetError {
        let reason = error.misfit.map { "it is \($0.found)" + (isNamed ? "; \($0.advice)" : "") }
        return .unreadable(file: error.path, reason: reason ?? error.reason)
    }

    package var contentLimit: ContentLimit { .exactly(size) }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
        let count = try read(into: buffer, at: position)
        position += count
        return count
    }

    /// Reads at `offset` without changing the position. Returns fewer bytes than requested only at the end of the file.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(DatasetError) -> Int {
        do throws(FileError) {
            return try file.read(into: buffer, at: offset)
        } catch {
            throw Self.unreadable(error)
        }
    }

    package func location(_ offset: Int) -> DatasetError.Location { .byte(offset) }
}

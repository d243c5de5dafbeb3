import Platform

/// A sequence of bytes: those of a file, or those that it unpacks to.
package protocol ByteSource: AnyObject {
    var path: String { get }

    /// The number of bytes to read, as far as it follows from the size of the file.
    var contentLimit: ContentLimit { get }

    /// Fills `buffer` and returns its size; less only at the end of a complete source.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int

    /// The location that an error has for the byte at `offset` of the content.
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
    /// The offset of the next byte that `read` delivers.
    package private(set) var position = 0
    private let file: OpenFile

    package var path: String { file.path }

    /// - Parameters:
    ///   - path: The path of the file.
    ///   - isNamed: Whether a user names this file, and not a directory that has it.
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

    /// Reads at `offset` without a change of the position. Returns fewer bytes than requested only at the end of the
    /// file.
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

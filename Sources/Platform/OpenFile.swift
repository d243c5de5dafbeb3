import Synchronization

/// An open file, closed when its last reference is released.
package final class OpenFile: Sendable {
    package let path: String
    package let descriptor: Int32
    /// The offset of a partial write that could not be removed yet; nil if there is none.
    private let remnant = Mutex<Int?>(nil)

    package init(_ path: String, _ mode: POSIX.OpenMode) throws(FileError) {
        self.path = path
        descriptor = try POSIX.openFile(path, mode)
    }

    init(
        _ path: String, _ mode: POSIX.OpenMode, at place: (directory: Int32, name: String)
    ) throws(FileError) {
        self.path = path
        descriptor = try POSIX.openFile(path, mode, at: place)
    }

    deinit { POSIX.closeFile(descriptor) }

    package func status() throws(FileError) -> (kind: POSIX.FileKind, size: Int) {
        try POSIX.status(of: descriptor, path: path)
    }

    /// Reads the next `count` bytes; fewer only at the end of the file.
    ///
    /// - Returns: `beginning`, followed by the bytes, in one array.
    package func read(_ count: Int, after beginning: [UInt8] = []) throws(FileError) -> [UInt8] {
        if count > 1 << 20, let free = FreeMemory.current(), free.bytes < count {
            throw FileError(path: path, operation: .read, code: POSIX.noMemory)
        }
        var failure: FileError?
        let size = beginning.count + count
        // An empty array would write its count to the storage that all empty arrays of the process share.
        guard size > 0 else { return [] }
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            _ = buffer.update(fromContentsOf: beginning)
            filled = beginning.count
            do throws(FileError) {
                while filled < size {
                    let rest = UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<size])
                    let read = try POSIX.readOnce(descriptor, into: rest, path: path)
                    if read == 0 { break }
                    filled += read
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Fills `buffer` from an offset of the file and returns the number of bytes; fewer only at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = try POSIX.readOnce(descriptor, into: rest, at: offset + filled, path: path)
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    package func write(_ bytes: [UInt8]) throws(FileError) {
        try bytes.withUnsafeBufferPointer { buffer throws(FileError) in
            try POSIX.writeAll(UnsafeRawBufferPointer(buffer), to: descriptor, path: path)
        }
    }

    /// Appends all bytes or none. If the part that was written cannot be removed at once, the next append removes it
    /// first, and fails until that succeeds.
    func appendWhole(_ bytes: [UInt8]) throws(FileError) {
        try remnant.withLock { remnant throws(FileError) in
            if let start = remnant { try POSIX.truncate(descriptor, to: start, path: path) }
            remnant = nil
            let (kind, size) = try status()
            do throws(FileError) {
                try write(bytes)
            } catch {
                if kind == .regular {
                    remnant = size
                    if (try? POSIX.truncate(descriptor, to: size, path: path)) != nil { remnant = nil }
                }
                throw error
            }
        }
    }

    package func synchronize() throws(FileError) {
        try POSIX.synchronize(descriptor, path: path)
    }
}

/// Returns the content of a small file, or nil if it cannot be read. It is for files of the system, of `.git` and the
/// like, where missing and unreadable mean the same.
package func contents(ofSmallFile path: String, atMost limit: Int = 1 << 20) -> String? {
    guard let file = try? OpenFile(path, .readingInput), let bytes = try? file.read(limit) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
}

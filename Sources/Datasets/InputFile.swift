#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Bytes in order, from a file as it is or from what it unpacks to.
protocol ByteSource: AnyObject {
    var path: String { get }

    /// How many bytes there are to read in all, as far as the size of the file tells.
    var contentLimit: ContentLimit { get }

    /// Fills `buffer` and returns its size; less only at the end of a source that is whole.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int

    /// How an error names the byte at `offset` of the content.
    func location(_ offset: Int) -> DatasetError.Location
}

enum ContentLimit {
    case exactly(Int)
    case atMost(Int)
}

/// A regular file, open for reading.
final class InputFile: ByteSource {
    let path: String
    /// Bytes.
    let size: Int
    /// The offset of the next byte that `read` delivers.
    private(set) var position = 0
    private let descriptor: Int32

    init(path: String) throws(DatasetError) {
        // Opening a pipe would wait for its writer without O_NONBLOCK; regular files ignore it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR {
                throw .missing(names: [path], lookedFor: [path], remedy: "check the path")
            }
            throw .unreadable(file: path, reason: systemMessage(errno))
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a directory" : "not a regular file"
            close(descriptor)
            throw .unreadable(file: path, reason: "it is \(kind)")
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    var contentLimit: ContentLimit { .exactly(size) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
        let count = try read(into: buffer, at: position)
        position += count
        return count
    }

    /// Reads at `offset` and leaves the position alone; less than asked for only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(DatasetError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let room = min(buffer.count - filled, 1 << 30)  // macOS refuses 2³¹ and more
            let count = pread(descriptor, buffer.baseAddress! + filled, room, off_t(offset + filled))
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                throw .unreadable(file: path, reason: systemMessage(errno))
            }
        }
        return filled
    }

    func location(_ offset: Int) -> DatasetError.Location { .byte(offset) }
}

/// Whether there is something at `path`, readable or not.
func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR)
}

private func systemMessage(_ code: Int32) -> String {
    String(cString: strerror(code))
}

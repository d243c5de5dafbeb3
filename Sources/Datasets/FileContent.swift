import Platform

extension InputFile {
    /// Opens the content of the file at `path`. If it begins as a gzip file does, whatever its name, this is the
    /// unpacked content; otherwise it is the file's own bytes.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - expected: The kind of file that is expected, with its article, for the error: "an IDX file".
    ///   - isNamed: Whether a user names this file, rather than a directory that contains it.
    /// - Throws: `DatasetError` if there is no such file, if it cannot be read, or if it is a web page or a Git LFS
    ///   pointer in place of the file.
    package static func content(
        ofFile path: String, expecting expected: String, isNamed: Bool = false
    ) throws(DatasetError) -> any ByteSource {
        let file = try InputFile(path: path, isNamed: isNamed)
        if try GzipReader.recognizes(file) { return GzipReader(file) }
        if let found = ForeignContent.recognise(try file.beginning()) {
            throw .foreign(found, file: path, expected: expected)
        }
        return file
    }

    /// Returns the first bytes, as many as ``ForeignContent`` examines; the read position does not change.
    private func beginning() throws(DatasetError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(size, ForeignContent.recognisedBytes), alignment: 1)
        defer { buffer.deallocate() }
        return Array(buffer.prefix(try read(into: buffer, at: 0)))
    }
}

extension DatasetError {
    /// Returns the error for a web page or a Git LFS pointer in place of a file.
    package static func foreign(_ content: ForeignContent, file: String, expected: String) -> DatasetError {
        .invalid(
            file: file, problem: .foreign(content), at: .byte(0), expected: expected, found: content.name)
    }
}

import Platform

extension SHA256 {
    /// Returns the digest of a file as it is on disk, in the form that `sha256sum` prints. The file is read piece by
    /// piece.
    ///
    /// - Throws: `DatasetError` if the file cannot be read.
    package static func hexDigest(ofFile path: String) throws(DatasetError) -> String {
        try hexDigest(of: InputFile(path: path)).digest
    }

    /// Returns the digest of the remaining bytes in `source`, and their number.
    package static func hexDigest(of source: some ByteSource) throws(DatasetError) -> (
        digest: String, byteCount: Int
    ) {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { piece.deallocate() }
        var hash = SHA256()
        var byteCount = 0
        while true {
            let count = try source.read(into: piece)
            hash.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            byteCount += count
            if count < piece.count { return (hash.hexDigest, byteCount) }
        }
    }
}

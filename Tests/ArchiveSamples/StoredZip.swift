import CZlib

/// Makes zip archives of stored files with correct checksums, as `torch.save` does.
package enum StoredZip {
    /// Returns an archive.
    ///
    /// - Parameter files: The names and contents.
    package static func archive(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for (name, content) in files {
            let sum = UInt32(content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) })
            let (offset, size) = (UInt32(bytes.count), UInt32(content.count))
            let shared =
                number(UInt16(0)) + number(UInt16(0)) + number(UInt32(0)) + number(content.isEmpty ? 0 : sum)
                + number(size) + number(size) + number(UInt16(name.utf8.count)) + number(UInt16(0))
            bytes += number(UInt32(0x0403_4B50)) + number(UInt16(0)) + shared + Array(name.utf8) + content
            directory += number(UInt32(0x0201_4B50)) + number(UInt16(0)) + number(UInt16(0)) + shared
            directory += number(UInt16(0)) + number(UInt16(0)) + number(UInt16(0)) + number(UInt32(0))
            directory += number(offset) + Array(name.utf8)
        }
        let (count, start) = (UInt16(files.count), UInt32(bytes.count))
        bytes += directory + number(UInt32(0x0605_4B50)) + number(UInt32(0)) + number(count) + number(count)
        return bytes + number(UInt32(directory.count)) + number(start) + number(UInt16(0))
    }

    /// Returns an archive of `torch.save`.
    ///
    /// - Parameters:
    ///   - pickle: The content of `data.pkl`.
    ///   - storages: The bytes of the storages by their keys.
    package static func torch(pickle: [UInt8], storages: KeyValuePairs<String, [UInt8]> = [:]) -> [UInt8] {
        archive(
            [("archive/data.pkl", pickle), ("archive/byteorder", Array("little".utf8))]
                + storages.map { ("archive/data/\($0.key)", $0.value) }
                + [("archive/version", Array("3\n".utf8))])
    }

    /// Returns a little-endian number.
    package static func number(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}

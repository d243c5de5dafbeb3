import Datasets
import Platform

/// The zip archive that `torch.save` writes since PyTorch 1.6: `NAME/data.pkl` with names and shapes, and the numbers of
/// each storage in `NAME/data/KEY`. All files are stored, without compression.
struct PyTorchArchive {
    let path: String
    private let zip: ZipArchive
    private let entries: [String: ZipArchive.Entry]
    /// The directory of all files in the archive, with its slash.
    private let root: String

    init(path: String) throws {
        try Self.checkBeginning(path)
        zip = try ZipArchive(path: path)
        var entries: [String: ZipArchive.Entry] = [:]
        var total = 0
        for entry in zip.entries {
            guard entry.name.isStreamSafe, entries.updateValue(entry, forKey: entry.name) == nil else {
                throw PyTorchFileError(
                    path: path, place: .byte(entry.offset), reason: .duplicateName,
                    expected: "a file of the archive once", found: entry.name.quoted)
            }
            total += entry.byteCount
        }
        self.path = path
        self.entries = entries
        root = try Self.root(of: entries, path: path)
        if let entry = zip.entries.first(where: { $0.method != 0 }) {
            throw PyTorchFileError(
                path: path, place: .byte(entry.offset), reason: .compressed,
                expected: "\(entry.name.quoted) stored", found: "method \(entry.method)")
        }
        let size = try OpenFile(path, .readingInput).status().size
        guard total <= size else {
            throw PyTorchFileError(
                path: path, place: .byte(size), reason: .overlap,
                expected: "at most \(size) bytes of all files",
                found: "\(total)")
        }
        try checkByteOrder()
    }

    /// Returns the directory of `data.pkl`.
    private static func root(
        of entries: [String: ZipArchive.Entry], path: String
    ) throws(PyTorchFileError) -> String {
        func error(_ reason: PyTorchFileError.Reason, _ found: String) -> PyTorchFileError {
            PyTorchFileError(
                path: path, place: .byte(0), reason: reason, expected: "the file data.pkl of torch.save",
                found: found)
        }
        let directories = Set(entries.keys.compactMap { FilePath.directory(of: $0) + "/" })
        func has(_ name: String) -> Bool { directories.contains { entries[$0 + name] != nil } }
        if has("constants.pkl") || directories.contains(where: { $0.hasSuffix("/code/") }) {
            throw error(.torchScript, "constants.pkl, the constants of a program")
        }
        if has("archive_format") || has("model.json") || has("serialized_exported_program.json") {
            throw error(.exported, "an exported program")
        }
        let pickles = entries.keys.filter { $0.hasSuffix("/data.pkl") }
        guard let pickle = pickles.first, pickles.count == 1 else {
            throw error(
                .noPickle, pickles.isEmpty ? "\(entries.count) other files" : "\(pickles.count) such files")
        }
        return String(pickle.dropLast("data.pkl".count))
    }

    private func checkByteOrder() throws {
        guard let entry = entries[root + "byteorder"] else { return }
        let order = entry.byteCount <= 16 ? String(decoding: try zip.contents(of: entry), as: UTF8.self) : "?"
        guard order == "little" else {
            throw PyTorchFileError(
                path: path, place: .byte(entry.offset), reason: .bigEndian,
                expected: #""little" in byteorder"#,
                found: order.quoted)
        }
    }

    /// Reads the pickle; the limit of its length is checked first.
    func pickle() throws -> [UInt8] {
        guard let entry = entries[root + "data.pkl"] else { return [] }
        guard entry.byteCount <= PickleReader.mostBytes else {
            throw PyTorchFileError(
                path: path, place: .pickle(0), reason: .tooLarge,
                expected: "at most \(PickleReader.mostBytes) bytes", found: "\(entry.byteCount)")
        }
        return try zip.contents(of: entry)
    }

    /// Returns the number of bytes of a storage; nil if there is none.
    func storageSize(_ key: String) -> Int? { entries[root + "data/" + key]?.byteCount }

    /// Reads the bytes of a storage and checks their CRC-32.
    func storage(_ key: String) throws -> [UInt8] {
        guard let entry = entries[root + "data/" + key] else { return [] }
        return try zip.contents(of: entry)
    }

    /// Refuses other files by name.
    private static func checkBeginning(_ path: String) throws {
        let file = try OpenFile(path, .readingInput)
        let bytes = try file.read(min(512, file.status().size))
        func error(_ reason: PyTorchFileError.Reason, _ found: String) -> PyTorchFileError {
            PyTorchFileError(
                path: path, place: .byte(0), reason: reason, expected: "the zip archive of torch.save",
                found: found)
        }
        if bytes.starts(with: Self.zipMark) { return }
        if bytes.starts(with: Self.legacyMark) { throw error(.legacy, "a pickle of its magic number") }
        if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) {
            throw error(.tar, "a tar archive")
        }
        throw error(.otherFile, bytes.isEmpty ? "an empty file" : "bytes \(bytes.prefix(4).hexadecimal)")
    }

    static let zipMark: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    /// The number 0x1950a86a20f9469cfc6c as a pickle, with which files began before PyTorch 1.6.
    static let legacyMark: [UInt8] = [
        0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ]
}

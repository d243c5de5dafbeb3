import CZlib
import TestSupport
import Testing

@testable import Datasets

@Suite struct ZipArchiveTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private static let text = (0..<200).map { UInt8($0 % 7 * ($0 / 20)) }
    private static let files = [
        ZipFile("gzip/", []), ZipFile("gzip/stored", Array(text.prefix(50))),
        ZipFile("gzip/deflated", text, isDeflated: true), ZipFile("../../empty", [], isDeflated: true),
    ]

    private func archive(_ bytes: [UInt8]) throws -> ZipArchive {
        try ZipArchive(path: directory.write(bytes, to: "archive.zip"))
    }

    /// Returns the content of a file in the archive, or the error of reading it.
    private func read(_ name: String, of bytes: [UInt8]) throws -> (content: [UInt8]?, error: DatasetError?) {
        // The name is random, because rewriting a file of the same name would wait for the disk.
        let path = try directory.write(bytes, to: "\(UInt64.random(in: 0...(.max))).zip")
        do throws(DatasetError) {
            let archive = try ZipArchive(path: path)
            return (try archive.contents(of: archive.entry(name)), nil)
        } catch {
            return (nil, error)
        }
    }

    @Test(arguments: [0, 1, 5, 65_535]) func `every file is read`(commentSize: Int) throws {
        let archive = try archive(zip(Self.files, comment: [UInt8](repeating: 0x50, count: commentSize)))
        #expect(archive.entries.map(\.name) == Self.files.map(\.name))
        for file in Self.files {
            let entry = try archive.entry(file.name)
            #expect(entry.byteCount == file.content.count)
            #expect(try archive.contents(of: entry) == file.content)
        }
    }

    @Test func `a comment may look like the end`() throws {
        let comment = [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0x50, count: 40)
        let (content, _) = try read("gzip/stored", of: zip(Self.files, comment: comment))
        #expect(content == Self.files[1].content)
    }

    @Test func `a missing file is named in the error`() throws {
        let (_, error) = try read("stored", of: zip(Self.files))
        #expect(error?.description.contains("expected stored, found 4 other files") == true)
        #expect(Fault(error)?.problem == .missingEntry)
    }

    @Test func `an archive truncated at any byte is rejected`() throws {
        let whole = zip(Self.files)
        for length in 0..<whole.count {
            let (content, error) = try read("gzip/deflated", of: Array(whole.prefix(length)))
            #expect(content == nil && Fault(error)?.problem == .notZip, "\(length) bytes")
        }
    }

    /// Versions, times and fields that are only repeated in the headers are ignored.
    @Test(arguments: [0x00, 0xFF] as [UInt8]) func `every damaged byte is detected or harmless`(mask: UInt8)
        throws
    {
        let whole = zip(Self.files)
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= mask == 0 ? 1 << (index % 8) : mask
            let file = Self.files[1 + index % 2]
            let (content, error) = try read(file.name, of: damaged)
            #expect(content == file.content || error != nil, "byte \(index)")
        }
    }

    @Test func `random damage never traps`() throws {
        let whole = zip(Self.files)
        for seed in 0..<200 {
            var damaged = whole
            let numbers = noise(12, seed: UInt64(seed))
            for index in stride(from: 0, to: numbers.count, by: 2) {
                let place = Int(numbers[index]) << 8 | Int(numbers[index + 1])
                damaged[place % damaged.count] = seed % 2 == 0 ? 0xFF : numbers[index]
            }
            let (content, error) = try read("gzip/deflated", of: damaged)
            #expect(content == Self.text || error != nil, "seed \(seed)")
        }
    }

    @Test func `content that differs from the directory's description is rejected`() throws {
        let file = ZipFile("file", Self.text, isDeflated: true)
        for byteCount in [0, 1, 199, 201, 1 << 20, 0xFFFF_FFFE] {
            var lie = file
            lie.declaredByteCount = byteCount
            #expect(try Fault(read("file", of: zip([lie])).error)?.problem == .damagedZip, "\(byteCount)")
        }
        var lie = file
        lie.declaredByteCount = 0xFFFF_FFFF
        #expect(try Fault(read("file", of: zip([lie])).error)?.problem == .unsupportedZip)
        lie = file
        lie.packed += [0]
        lie.packedByteCount += 1
        #expect(try Fault(read("file", of: zip([lie])).error)?.problem == .damagedZip)
        lie.packedByteCount = 1 << 20
        #expect(try Fault(read("file", of: zip([lie])).error)?.problem == .damagedZip)
        lie = file
        lie.checksum = 1
        #expect(try Fault(read("file", of: zip([lie])).error)?.problem == .zipChecksum)
    }

    @Test func `unsupported features are rejected`() throws {
        var file = ZipFile("file", Self.text)
        file.flags = 1
        #expect(try Fault(read("file", of: zip([file])).error)?.problem == .unsupportedZip)
        file.flags = 0
        file.method = 12
        let (_, error) = try read("file", of: zip([file]))
        #expect(error?.description.contains("found method 12") == true)
        var whole = zip([file])
        whole.replaceSubrange(whole.count - 6..<whole.count - 2, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(try Fault(read("file", of: whole).error)?.problem == .unsupportedZip)
    }
}

/// A file for a test's archive, with its description in the archive.
struct ZipFile {
    let name: String
    let content: [UInt8]
    var packed: [UInt8]
    var method: Int
    var flags = 0
    var declaredByteCount: Int
    var packedByteCount: Int
    var checksum: UInt32

    init(_ name: String, _ content: [UInt8], isDeflated: Bool = false) {
        self.name = name
        self.content = content
        // A gzip member has ten bytes before the deflated data and eight bytes after them.
        packed = isDeflated ? Array(gzip(content).dropFirst(10).dropLast(8)) : content
        method = isDeflated ? 8 : 0
        declaredByteCount = content.count
        packedByteCount = packed.count
        checksum = UInt32(content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) })
    }

    /// The fields that a file's header and its place in the directory share.
    fileprivate var fields: [UInt8] {
        little(20, 2) + little(flags, 2) + little(method, 2) + little(0, 4) + little(Int(checksum), 4)
            + little(packedByteCount, 4) + little(declaredByteCount, 4) + little(name.utf8.count, 2)
    }
}

/// Returns a whole zip archive.
func zip(_ files: [ZipFile], comment: [UInt8] = []) -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for file in files {
        directory += [0x50, 0x4B, 1, 2] + little(20, 2) + file.fields + little(3, 2) + little(0, 2)
        directory += little(0, 8) + little(bytes.count, 4) + Array(file.name.utf8) + [7, 7, 7]
        bytes +=
            [0x50, 0x4B, 3, 4] + file.fields + little(2, 2) + Array(file.name.utf8) + [9, 9] + file.packed
    }
    let counts = little(files.count, 2) + little(files.count, 2)
    let place = little(directory.count, 4) + little(bytes.count, 4)
    return bytes + directory + [0x50, 0x4B, 5, 6] + little(0, 4) + counts + place + little(comment.count, 2)
        + comment
}

private func little(_ number: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

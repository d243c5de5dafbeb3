import Datasets
import TestSupport
import Testing

@testable import SequenceFiles

@Suite("Files of text")
struct TextFileTests {
    private func text(_ bytes: [UInt8]) throws(DatasetError) -> String {
        try TextFile.text(of: bytes, path: "a.txt")
    }

    @Test func `UTF-8 is read with and without a byte order mark`() throws {
        #expect(try text(Array("나 보기가".utf8)) == "나 보기가")
        #expect(try text([0xEF, 0xBB, 0xBF] + Array("ab".utf8)) == "ab")
    }

    /// The offset of the first byte that is not part of a valid character.
    @Test(
        arguments: [
            ([0x61, 0x62, 0xB3, 0xAA], 2), ([0x61, 0xEA, 0xB0], 1), ([0xFF, 0x61], 0),
            ([0x61, 0xC0, 0x80], 1),
            ([0xEF, 0xBB, 0xBF, 0x61, 0x80], 4), ([0xED, 0xA0, 0x80], 0),
        ] as [([UInt8], Int)])
    func `other encodings are refused at their first byte`(_ bytes: [UInt8], _ offset: Int) {
        let error = #expect(throws: DatasetError.self) { try text(bytes) }
        #expect(
            error?.description.hasPrefix(
                "a.txt: not UTF-8 at byte \(offset): expected UTF-8, found the byte 0x") == true,
            "\(String(describing: error))")
        #expect(error?.description.contains("iconv") == true)
    }

    @Test func `a file is read raw or compressed, and other files are refused`() throws {
        let directory = try TemporaryDirectory()
        let content = Array("매운 계절의 채찍에\n".utf8)
        let plain = try directory.write(content, to: "a.txt")
        let packed = try directory.write(gzip(content), to: "b.txt.gz")
        #expect(try TextFile.read(path: plain) == TextFile.read(path: packed))
        let binary = try directory.write([0x61, 0, 0x62], to: "c.txt")
        let error = #expect(throws: DatasetError.self) { try TextFile.read(path: binary) }
        #expect(
            error?.description.contains("not a text file at byte 1") == true, "\(String(describing: error))")
        #expect(throws: DatasetError.self) { try TextFile.read(path: directory.file("none.txt")) }
    }
}

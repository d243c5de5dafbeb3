import Foundation
import Platform
import TestSupport
import Testing

@testable import Safetensors

@Suite("Safetensors: damaged files")
struct SafetensorsDamageTests {
    /// Returns a file with this header, followed by `data` zero bytes.
    static func file(_ header: String, data: Int) -> [UInt8] {
        file(Array(header.utf8), data: data)
    }

    static func file(_ header: [UInt8], data: Int) -> [UInt8] {
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
        return length + header + [UInt8](repeating: 0, count: data)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let header: String
        var data = 4
        let reason: SafetensorsError.Reason
        let offset: Int
        var testDescription: String { header }

        init(_ header: String, data: Int = 4, _ reason: SafetensorsError.Reason, at offset: Int) {
            (self.header, self.data, self.reason, self.offset) = (header, data, reason, offset)
        }

        /// Creates a header with a tensor "t" with these members.
        init(tensor members: String, data: Int = 4, _ reason: SafetensorsError.Reason, at offset: Int) {
            self.init(#"{"t":{\#(members)}}"#, data: data, reason, at: offset)
        }
    }

    static let cases: [Case] = [
        Case("", data: 0, .headerStart, at: 8),
        Case(" {}", data: 0, .headerStart, at: 8),
        Case("[]", data: 0, .headerStart, at: 8),
        Case("{", data: 0, .syntax, at: 9),
        Case("{}{", data: 0, .syntax, at: 10),
        Case(#"{"t" 1}"#, .syntax, at: 13),
        Case(#"{"t":[[[[[[[[]]]]]]]]}"#, .syntax, at: 13),
        Case(#"{"t":{"dtype":{"dtype":{"dtype":{}}}}}"#, .syntax, at: 22),
        Case(#"{"t":null}"#, .syntax, at: 13),
        Case(#"{"__metadata__":{"a":1}}"#, data: 0, .syntax, at: 29),
        Case(#"{"__metadata__":{"a":"1","a":"1"}}"#, data: 0, .duplicateKey, at: 33),
        Case(#"{"__metadata__":{},"__metadata__":{}}"#, data: 0, .duplicateKey, at: 27),
        Case(
            #"{"__metadata__":{"\#(String(repeating: "a", count: 257))":"1"}}"#, data: 0, .nameTooLong, at: 25
        ),
        Case(#"{"__metadata__":{"a":"\x"}}"#, data: 0, .string, at: 31),
        Case(#"{"__metadata__":{"a":"\u12G4"}}"#, data: 0, .string, at: 34),
        Case(#"{"__metadata__":{"a":"\uD800"}}"#, data: 0, .string, at: 32),
        Case(#"{"__metadata__":{"a":"\uDC00\uD800"}}"#, data: 0, .string, at: 32),
        Case(#"{"__metadata__":{"a":"\uD800\u0041"}}"#, data: 0, .string, at: 32),
        Case("{\"__metadata__\":{\"a\":\"\n\"}}", data: 0, .string, at: 30),
        Case(#"{"__metadata__":{"a":"b"#, data: 0, .syntax, at: 31),
        Case(#"{"t":{},"t":{}}"#, .missingField, at: 9),
        Case(
            #"{"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"t":{}}"#, .duplicateKey, at: 61),
        Case(tensor: #""dtype":"U8","dtype":"U8""#, .duplicateKey, at: 27),
        Case(tensor: #""type":"U8""#, .unknownField, at: 14),
        Case(tensor: #""dtype":"F32","shape":[1]"#, .missingField, at: 9),
        Case(tensor: #""dtype":"F32","data_offsets":[0,4]"#, .missingField, at: 9),
        Case(tensor: #""shape":[1],"data_offsets":[0,4]"#, .missingField, at: 9),
        Case(tensor: #""dtype":1,"#, .syntax, at: 22),
        Case(tensor: #""shape":[-1]"#, .number, at: 23),
        Case(tensor: #""shape":[1.0]"#, .number, at: 24),
        Case(tensor: #""shape":[1e0]"#, .number, at: 24),
        Case(tensor: #""shape":[01]"#, .number, at: 23),
        Case(tensor: #""shape":[]]"#, .syntax, at: 24),
        Case(tensor: #""shape":[1,]"#, .number, at: 25),
        Case(tensor: #""shape":[9223372036854775808]"#, .number, at: 23),
        Case(tensor: #""shape":[\#(String(repeating: "1,", count: 64))1]"#, .number, at: 151),
        Case(tensor: #""dtype":"F32","shape":[1],"data_offsets":[0]"#, .offsets, at: 40),
        Case(tensor: #""dtype":"F32","shape":[1],"data_offsets":[0,4,4]"#, .offsets, at: 40),
        Case(tensor: #""dtype":"F32","shape":[1],"data_offsets":[4,0]"#, .offsets, at: 40),
        Case(tensor: #""dtype":"F32","shape":[1],"data_offsets":[1,5]"#, .offsets, at: 40),
        Case(
            tensor: #""dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]"#, .offsets, at: 40),
        Case(tensor: #""dtype":"F32","shape":[2],"data_offsets":[0,4]"#, .size, at: 9),
        Case(tensor: #""dtype":"F64","shape":[1],"data_offsets":[0,4]"#, .size, at: 9),
        Case(tensor: #""dtype":"F4","shape":[1],"data_offsets":[0,0]"#, data: 0, .size, at: 9),
        Case(
            tensor: #""dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]"#, .sizeOverflow,
            at: 9),
        Case(tensor: #""dtype":"U8","shape":[4],"data_offsets":[4,8]"#, data: 8, .gap, at: 9),
        Case(
            #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}"#,
            .gap, at: 61),
        Case(
            #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
            .overlap, at: 61),
        Case(
            #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#,
            .overlap, at: 61),
        Case(tensor: #""dtype":"F32","shape":[1],"data_offsets":[0,4]"#, data: 5, .dataLength, at: 66),
        Case("{}", data: 1, .dataLength, at: 10),
    ]

    @Test(arguments: cases)
    func `each damage is rejected with its own error`(damage: Case) throws {
        let error = error(SafetensorsError.self) {
            _ = try SafetensorsFile(bytes: Self.file(damage.header, data: damage.data), path: "some/file")
        }
        #expect(error?.reason == damage.reason)
        #expect(error?.offset == damage.offset)
        #expect(error?.description.hasPrefix("some/file: byte \(damage.offset): ") == true)
    }

    @Test func `other encodings are rejected`() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3]] {
            let header = Array(#"{"__metadata__":{"a":""#.utf8) + bytes + Array("\"}}".utf8)
            let error = error(SafetensorsError.self) {
                _ = try SafetensorsFile(bytes: Self.file(header, data: 0), path: "x")
            }
            #expect(error?.reason == .string)
            #expect(error?.offset == 29)
        }
    }

    @Test(
        arguments: [
            ([], .fileTooShort), ([8, 0, 0, 0, 0, 0, 0], .fileTooShort),
            ([1, 0, 0, 0, 0, 0, 0, 0], .headerBeyondEnd),
            ([0, 0xE1, 0xF5, 5, 0, 0, 0, 0], .headerBeyondEnd),
            ([1, 0xE1, 0xF5, 5, 0, 0, 0, 0], .headerTooLong),
            ([0, 0, 0, 0, 0, 0, 0, 0x80], .headerTooLong),
            ([UInt8](repeating: 0xFF, count: 8), .headerTooLong),
        ] as [([UInt8], SafetensorsError.Reason)])
    func `wrong lengths are rejected`(bytes: [UInt8], reason: SafetensorsError.Reason) throws {
        let directory = try TemporaryDirectory()
        try AtomicFile.write(bytes, to: directory.file("x"))
        for read in [
            { _ = try SafetensorsFile(bytes: bytes, path: "x") },
            { _ = try SafetensorsFile(path: directory.file("x")) },
        ] {
            #expect(error(SafetensorsError.self, from: read)?.reason == reason)
        }
    }

    /// Every valid header has exactly one data size, so a truncated file is never accepted.
    @Test func `truncation at every byte is rejected`() throws {
        let whole = SafetensorsTests.referenceFile
        let directory = try TemporaryDirectory()
        for length in 0..<whole.count {
            let bytes = Array(whole.prefix(length))
            #expect(throws: SafetensorsError.self) { try SafetensorsFile(bytes: bytes, path: "x") }
            if length.isMultiple(of: 7) {
                try AtomicFile.write(bytes, to: directory.file("x"))
                #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: directory.file("x")) }
            }
        }
    }

    /// For every change of a byte of the header, the file is rejected or can be read completely.
    @Test func `every changed byte is handled`() {
        let whole = SafetensorsTests.referenceFile
        let values: [UInt8] = Array("{}[]\":,.-0129eE\\u \n".utf8) + [0, 0x1F, 0x7F, 0x80, 0xC3, 0xFF]
        var refused = 0
        for position in 0..<whole.count - 75 {
            var bytes = whole
            for value in values + (0..<8).map({ whole[position] ^ (1 << $0) }) {
                bytes[position] = value
                guard let file = try? SafetensorsFile(bytes: bytes, path: "x") else {
                    refused += 1
                    continue
                }
                for tensor in file.tensors {
                    _ = try? file.values(of: tensor.name, as: Float.self)
                    _ = try? file.values(of: tensor.name, as: Double.self)
                    _ = try? file.values(of: tensor.name, as: UInt8.self)
                    _ = try? file.values(of: tensor.name, as: Int64.self)
                }
            }
        }
        #expect(refused > 10_000)
    }

    @Test func `missing tensors, other types and other shapes are rejected`() throws {
        let file = try SafetensorsFile(bytes: SafetensorsTests.referenceFile, path: "x")
        let missing = error(SafetensorsError.self) { _ = try file.values(of: "w", as: Float.self) }
        #expect(missing?.reason == .missingTensor)
        #expect(missing?.description.contains(#""b.weight""#) == true)
        #expect(missing?.description.contains("\u{1}") == false)
        let type = error(SafetensorsError.self) { _ = try file.values(of: "b.weight", as: Double.self) }
        #expect(type?.reason == .elementType)
        #expect(type?.offset == 8 + 528 + 36)
        let shape = error(SafetensorsError.self) {
            _ = try file.values(of: "b.weight", shape: [3, 2], as: Float.self)
        }
        #expect(shape?.reason == .shape)
        #expect(shape?.expected == #""b.weight" of shape [3, 2]"#)
        #expect(shape?.found == "[2, 3]")
    }

    /// The sizes exceed any memory; the header is enough to reject them.
    @Test(arguments: [
        ([], SafetensorsError.Reason.headerStart),
        ([2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8), .dataLength),
        (SafetensorsTests.referenceFile, .dataLength),
    ])
    func `huge files are rejected without reading them`(start: [UInt8], reason: SafetensorsError.Reason)
        throws
    {
        let directory = try TemporaryDirectory()
        let path = directory.file("x")
        try AtomicFile.write(start, to: path)
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.truncate(atOffset: 1 << 40)
        #expect(error(SafetensorsError.self) { _ = try SafetensorsFile(path: path) }?.reason == reason)
    }

    @Test(arguments: [
        ("<!DOCTYPE html><title>404</title>", "an HTML page in place of the file; download the file itself"),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
            "a Git LFS pointer in place of the file; run \"git lfs pull\""
        ),
    ])
    func `a web page and a Git LFS pointer are named`(text: String, found: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("model.safetensors", text)
        let error = error(SafetensorsError.self) { _ = try SafetensorsFile(path: path) }
        #expect(
            error?.reason == .otherFile && error?.found.hasPrefix(found) == true,
            "\(String(describing: error))")
    }

    @Test func `entries that are not files are rejected`() throws {
        let directory = try TemporaryDirectory()
        #expect(
            error(SafetensorsError.self) { _ = try SafetensorsFile(path: directory.path) }?.reason
                == .fileKind)
        let missing = error(FileError.self) { _ = try SafetensorsFile(path: directory.file("none")) }
        #expect(missing?.operation == .open)
        #expect(missing?.isMissing == true)
    }
}

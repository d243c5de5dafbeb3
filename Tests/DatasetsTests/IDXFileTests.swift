import Foundation
import Platform
import TestSupport
import Testing

@testable import Datasets

@Suite struct IDXFileTests {
    @Test(arguments: [false, true]) func `every element type is read in host byte order`(compressed: Bool)
        throws
    {
        try check([0, 1, 127, 128, 254, 255] as [UInt8], compressed) { [$0] }
        try check([0, 1, 127, -128, -2, -1] as [Int8], compressed) { [UInt8(bitPattern: $0)] }
        try check([0, 1, 0x0102, .max, .min, -2] as [Int16], compressed, bigEndian)
        try check([0, 1, 0x0102_0304, .max, .min, -2] as [Int32], compressed, bigEndian)
        try check([0, 1, -1.5, 3.141_592_7, -.leastNonzeroMagnitude, .infinity] as [Float], compressed) {
            bigEndian($0.bitPattern)
        }
        try check([0, 1, -1.5, .pi, -.leastNonzeroMagnitude, -.infinity] as [Double], compressed) {
            bigEndian($0.bitPattern)
        }
    }

    private func check<Element: IDXElement & Equatable>(
        _ elements: [Element], _ compressed: Bool, _ encode: (Element) -> [UInt8]
    ) throws {
        let directory = try TemporaryDirectory()
        let header = idxHeader(type: Element.idxType.rawValue, shape: [2, 3])
        let bytes = header + elements.flatMap(encode)
        let file = try IDXFile(path: directory.write(compressed ? gzip(bytes) : bytes))
        #expect(file.elementType == Element.idxType)
        #expect(file.shape == [2, 3])
        #expect(file.count == 6)
        #expect(try file.elements(of: Element.self) == elements)
        #expect(try file.withElements(as: Element.self, Array.init) == elements)
    }

    @Test func `a requested element type other than the file's is rejected`() throws {
        let directory = try TemporaryDirectory()
        let file = try IDXFile(path: directory.write(idx([1, 2], shape: [2])))
        let expected = DatasetError.invalid(
            file: file.path, problem: .wrongElementType, at: .byte(2), expected: "int8 (0x09)",
            found: "uint8 (0x08)")
        #expect(throws: expected) { try file.elements(of: Int8.self) }
        #expect(throws: expected) { try file.withElements(as: Int8.self) { $0.count } }
    }

    @Test(arguments: [false, true]) func `every rank is read`(compressed: Bool) throws {
        for rank in 0...255 {
            let directory = try TemporaryDirectory()
            let bytes = idx([42], shape: Array(repeating: 1, count: rank))
            let file = try IDXFile(path: directory.write(compressed ? gzip(bytes) : bytes))
            #expect(file.shape == Array(repeating: 1, count: rank))
            #expect(try file.elements(of: UInt8.self) == [42], "rank \(rank)")
        }
    }

    @Test func `only the six type codes are accepted`() throws {
        let sizes: [UInt8: Int] = [0x08: 1, 0x09: 1, 0x0B: 2, 0x0C: 4, 0x0D: 4, 0x0E: 8]
        for type in UInt8.min...UInt8.max {
            let size = sizes[type] ?? 1
            let bytes = idxHeader(type: type, shape: [1]) + [UInt8](repeating: 1, count: size)
            let found = Fault(try error(reading: bytes))
            #expect(
                found == (sizes[type] == nil ? Fault(.unknownElementType, .byte(2)) : nil), "type \(type)")
        }
    }

    @Test(
        arguments: [
            [0], [0, 28, 28], [28, 0, 28], [28, 28, 0], [0, .max, 1 << 30], [.max, 1 << 30, 0],
        ] as [[UInt32]]) func `a dimension of zero means that there are no elements`(shape: [UInt32]) throws
    {
        for bytes in [idx([], shape: shape), gzip(idx([], shape: shape))] {
            let directory = try TemporaryDirectory()
            let file = try IDXFile(path: directory.write(bytes))
            #expect(file.shape == shape.map(Int.init))
            #expect(file.count == 0)
            #expect(try file.elements(of: UInt8.self) == [])
        }
        #expect(try Fault(error(reading: idx([7], shape: shape)))?.problem == .tooLong)
        #expect(try Fault(error(reading: gzip(idx([7], shape: shape))))?.problem == .tooLong)
    }

    @Test func `sizes that overflow are rejected`() throws {
        for (type, shape) in [
            (0x08, [.max, .max]), (0x08, [.max, .max, .max]), (0x0E, [.max, 1 << 29]),
            (0x0B, [1 << 31, 1 << 31]), (0x08, Array(repeating: .max, count: 255)),
            // There is no image, but the size of one overflows.
            (0x08, [0, .max, .max]), (0x08, [.max, .max, 0]), (0x0E, [0, .max, 1 << 29]),
        ] as [(UInt8, [UInt32])] {
            let header = idxHeader(type: type, shape: shape)
            #expect(try Fault(error(reading: header)) == Fault(.sizeOverflow, .byte(4)))
            #expect(try Fault(error(reading: gzip(header))) == Fault(.sizeOverflow, .unpackedByte(4)))
        }
    }

    /// The sizes fit in an `Int` but not in the file. They are rejected before memory is allocated, which would fail
    /// for most of them.
    @Test(arguments: [[.max], [.max, 1 << 20], [.max, 1 << 30], [1 << 31, (1 << 31) - 1]] as [[UInt32]])
    func `sizes that exceed the file are rejected`(shape: [UInt32]) throws {
        let bytes = idx([1, 2, 3], shape: shape)
        let end = bytes.count
        #expect(try Fault(error(reading: bytes)) == Fault(.truncated, .byte(end)))
        #expect(try Fault(error(reading: gzip(bytes))) == Fault(.oversized, .unpackedByte(4)))
    }

    /// The file may be valid by chance; otherwise there must be an error, not a trap.
    @Test(arguments: [false, true]) func `random headers never trap`(compressed: Bool) throws {
        let directory = try TemporaryDirectory()
        for seed in 0..<300 {
            let random = noise(40, seed: UInt64(seed))
            let header = [0, 0, 0x08 + random[0] % 7, random[1] % 9] as [UInt8]
            let bytes = header + random.map { $0 < 128 ? 0 : $0 }
            let path = try directory.write(compressed ? gzip(bytes) : bytes)
            if let error = readError(path) { #expect(error.exitStatus == .badData, "seed \(seed)") }
        }
    }

    @Test func `truncation at any byte is detected`() throws {
        let whole = idx([1, 2, 3, 4, 5, 6], shape: [2, 3])
        for length in 0..<whole.count {
            let found = try error(reading: Array(whole.prefix(length)))
            #expect(Fault(found) == Fault(.truncated, .byte(length)), "\(length) bytes")
            #expect(found?.exitStatus == .badData)
        }
        #expect(try error(reading: whole) == nil)
    }

    @Test func `content that is too long is detected`() throws {
        let bytes = idx([1, 2, 3, 4, 5, 6, 7], shape: [2, 3])
        #expect(try Fault(error(reading: bytes)) == Fault(.tooLong, .byte(18)))
        #expect(try Fault(error(reading: gzip(bytes))) == Fault(.tooLong, .unpackedByte(18)))
    }

    @Test func `other files are rejected as not IDX`() throws {
        for text in ["PK\u{3}\u{4}", "<table>", "\u{1}\u{0}\u{8}\u{1}", "\u{0}\u{1}\u{8}\u{1}"] {
            #expect(try Fault(error(reading: Array(text.utf8))) == Fault(.notIDX, .byte(0)))
        }
    }

    @Test(arguments: ForeignContent.allCases) func `a web page and a Git LFS pointer are named in the error`(
        content: ForeignContent
    ) throws {
        let directory = try TemporaryDirectory()
        let text =
            switch content {
            case .html: "\n<!DOCTYPE html>\n<html><head><title>404</title>"
            case .gitLFSPointer: "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9912422\n"
            }
        let path = try directory.write(Array(text.utf8), to: "train-images-idx3-ubyte.gz")
        let error = readError(path)
        #expect(
            error?.description
                == "\(path): not the file itself at byte 0: expected an IDX file, found \(content.name); "
                + content.remedy)
        #expect(error?.exitStatus == .badData)
        let ofHeader = #expect(throws: DatasetError.self) { try IDXFileHeader(path: path) }
        #expect(ofHeader == error)
    }

    @Test func `messages contain file, offset, expected, found and what to do`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(idx([1, 2, 3], shape: [2, 3]))
        #expect(
            readError(path)?.description
                == "\(path): truncated at byte 15: expected 6 bytes of uint8 (0x08) for the shape [2, 3], "
                + "found 3; delete the file and get it again")
    }

    @Test func `files that cannot be opened are rejected`() throws {
        let directory = try TemporaryDirectory()
        let missing = directory.path + "/nothing"
        #expect(
            readError(missing)
                == .missing(names: [missing], lookedFor: [missing], remedy: "check the path"))
        #expect(
            readError(directory.path) == .unreadable(file: directory.path, reason: "it is a directory"))

        let pipe = directory.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(readError(pipe) == .unreadable(file: pipe, reason: "it is a FIFO"))

        let loop = directory.path + "/loop"
        #expect(symlink(loop, loop) == 0)
        #expect(
            readError(loop) == .unreadable(file: loop, reason: "Too many levels of symbolic links"))
        for path in [missing, directory.path, pipe, loop] {
            #expect(readError(path)?.exitStatus == .missingInput)
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func `a file without read permission is rejected`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(idx([1], shape: [1]))
        #expect(chmod(path, 0) == 0)
        #expect(readError(path) == .unreadable(file: path, reason: "Permission denied"))
    }
}

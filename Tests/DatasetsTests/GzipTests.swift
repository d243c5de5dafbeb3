import Platform
import TestSupport
import Testing

@testable import Datasets

@Suite struct GzipTests {
    private let elements: [UInt8] = (0..<40).map { UInt8($0 / 3) }
    private var content: [UInt8] { idx(elements, shape: [5, 8]) }

    /// Returns every element if the file can be read, otherwise nil. The error must be typed for this to compile.
    private func read(_ bytes: [UInt8], in directory: TemporaryDirectory) throws -> [UInt8]? {
        let path = try directory.write(bytes)
        guard readError(path) == nil else { return nil }
        return try IDXFile(path: path).elements(of: UInt8.self)
    }

    @Test(arguments: [0, 6, 9] as [Int32]) func `gzip is recognised by content and not by name`(level: Int32)
        throws
    {
        let directory = try TemporaryDirectory()
        let named = try directory.write(content, to: "raw.gz")
        let unnamed = try directory.write(gzip(content, level: level), to: "compressed")
        #expect(try IDXFile(path: named).elements(of: UInt8.self) == elements)
        #expect(try IDXFile(path: unnamed).elements(of: UInt8.self) == elements)
    }

    @Test(arguments: [0, 9] as [Int32]) func `truncation at any byte is detected`(level: Int32) throws {
        let whole = gzip(content, level: level)
        for length in 0..<whole.count {
            let fault = Fault(try error(reading: Array(whole.prefix(length))))
            #expect(fault == Fault(.truncated, .byte(length)), "\(length) bytes")
        }
    }

    /// gzip does not protect its time stamp, its system, its compression hint and the text flag (bytes 3 to 9). Deflate
    /// pads some bytes with meaningless bits: before stored data (byte 10), and at its end. All other changes must be
    /// detected, and content that is read must be right.
    @Test(arguments: [0, 9] as [Int32]) func `every flipped bit is detected or harmless`(level: Int32) throws
    {
        let directory = try TemporaryDirectory()
        let whole = gzip(content, level: level)
        let unprotected = Set(3...9).union([level == 0 ? 10 : whole.count - 9])
        for bit in 0..<8 * whole.count {
            var damaged = whole
            damaged[bit / 8] ^= 1 << (bit % 8)
            guard let found = try read(damaged, in: directory) else { continue }
            #expect(found == elements, "bit \(bit)")
            #expect(unprotected.contains(bit / 8), "bit \(bit)")
        }
    }

    @Test func `random damage never traps and is never read as data`() throws {
        let directory = try TemporaryDirectory()
        let whole = gzip(content)
        for seed in 0..<300 {
            var damaged = whole
            let positions = noise(8, seed: UInt64(seed))
            for position in positions { damaged[Int(position) % whole.count] = positions[0] &+ position }
            if let found = try read(damaged, in: directory) { #expect(found == elements, "seed \(seed)") }
        }
    }

    @Test func `several members are one stream`() throws {
        let directory = try TemporaryDirectory()
        for cut in 0...content.count {
            let bytes =
                gzip(Array(content.prefix(cut))) + gzip([]) + gzip(Array(content.dropFirst(cut)), level: 0)
            #expect(try read(bytes, in: directory) == elements, "cut at \(cut)")
        }
    }

    @Test func `a truncated second member is detected`() throws {
        let first = gzip(Array(content.prefix(20)))
        let second = gzip(Array(content.dropFirst(20)))
        for length in 0..<second.count {
            let problem = Fault(try error(reading: first + second.prefix(length)))?.problem
            #expect(problem == (1...2 ~= length ? .trailingData : .truncated), "\(length) bytes")
        }
    }

    @Test(
        arguments: [
            [0, 1], [0, 0, 0, 0, 0x1F, 0x8B, 8, 0], [0x1F], [0x1F, 0x8C, 8], Array("junk".utf8),
        ] as [[UInt8]])
    func `trailing junk is detected`(junk: [UInt8]) throws {
        let whole = gzip(content)
        let found = try error(reading: whole + junk)
        #expect(Fault(found) == Fault(.trailingData, .byte(whole.count)))
        let text = found?.description ?? ""
        #expect(text.contains("found \(junk.count) bytes of something else"), "\(text)")
    }

    /// Tapes, block devices and some archives leave such zeros, and gunzip skips them.
    @Test(arguments: [1, 2, 512, 300_000]) func `zeros after the last member are padding`(count: Int) throws {
        let directory = try TemporaryDirectory()
        let padding = [UInt8](repeating: 0, count: count)
        let two = gzip(Array(content.prefix(9))) + gzip(Array(content.dropFirst(9)))
        #expect(try read(gzip(content) + padding, in: directory) == elements)
        #expect(try read(two + padding, in: directory) == elements)
        #expect(Fault(try error(reading: two + padding + [7])) == Fault(.trailingData, .byte(two.count)))
        let between = gzip(Array(content.prefix(9))) + padding + gzip(Array(content.dropFirst(9)))
        #expect(Fault(try error(reading: between))?.problem == .trailingData)
    }

    /// A sparse file can contain any number of zeros.
    @Test func `the number of padding zeros is limited`() throws {
        let whole = gzip(content)
        let found = try error(reading: whole + [UInt8](repeating: 0, count: 17 << 20))
        #expect(Fault(found) == Fault(.trailingData, .byte(whole.count)))
    }

    @Test func `a wrong length is detected`() throws {
        var bytes = gzip(content)
        bytes[bytes.count - 4] += 1
        let directory = try TemporaryDirectory()
        let path = try directory.write(bytes)
        let stored = content.count + 1
        #expect(
            readError(path)
                == .invalid(
                    file: path, problem: .lengthMismatch, at: .byte(bytes.count - 4),
                    expected: stored.hexadecimal(digits: 8), found: content.count.hexadecimal(digits: 8)))
    }

    @Test func `a wrong checksum is detected`() throws {
        let right = gzip(content)
        var bytes = right
        bytes.replaceSubrange(bytes.count - 8..<bytes.count - 4, with: [0x78, 0x56, 0x34, 0x12])
        let computed = right[(right.count - 8)..<(right.count - 4)].reversed().reduce(0) { $0 << 8 | Int($1) }
        let directory = try TemporaryDirectory()
        let path = try directory.write(bytes)
        #expect(
            readError(path)
                == .invalid(
                    file: path, problem: .checksumMismatch, at: .byte(bytes.count - 8),
                    expected: "0x12345678", found: computed.hexadecimal(digits: 8)))
    }

    /// The header declares 4 bytes, and 32 MiB follow. The file is rejected at the fifth byte, without unpacking the
    /// rest.
    @Test func `a decompression bomb is not unpacked`() throws {
        let bomb = gzip(idx([UInt8](repeating: 0, count: 32 << 20), shape: [4]))
        #expect(try Fault(error(reading: bomb)) == Fault(.tooLong, .unpackedByte(12)))
    }

    /// The highest compression of deflate is within the reader's limit.
    @Test func `the highest compression is read`() throws {
        let directory = try TemporaryDirectory()
        let bytes = gzip(idx([UInt8](repeating: 0, count: 4 << 20), shape: [4 << 20]), level: 9)
        #expect(bytes.count < 4 << 11)
        #expect(try IDXFile(path: directory.write(bytes)).shape == [4 << 20])
    }

    @Test func `content that ends early is detected`() throws {
        #expect(
            try Fault(error(reading: gzip(Array(content.dropLast())))) == Fault(.truncated, .unpackedByte(51))
        )
        #expect(try Fault(error(reading: gzip([]))) == Fault(.truncated, .unpackedByte(0)))
    }

    /// The ends of members are on both sides of the 256 KiB that are read at once.
    @Test func `members may end anywhere in the input`() throws {
        let directory = try TemporaryDirectory()
        let elements = noise(300 << 10)
        let content = idx(elements, shape: [UInt32(elements.count)])
        let overhead = gzip(Array(content.prefix(256 << 10)), level: 0).count - 256 << 10
        for distance in -12...12 {
            let cut = 256 << 10 - overhead + distance
            let bytes =
                gzip(Array(content.prefix(cut)), level: 0) + gzip(Array(content.dropFirst(cut)), level: 0)
            #expect(try read(bytes, in: directory) == elements, "\(distance)")

            var damaged = bytes
            damaged[cut / 2] ^= 1
            let path = try directory.write(damaged)
            #expect(Fault(readError(path))?.problem == .checksumMismatch, "\(distance)")
        }
    }
}

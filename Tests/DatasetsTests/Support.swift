import CZlib
import Foundation
import Randomness
import Testing

@testable import Datasets

/// A directory for the files of one test, removed with it.
final class TemporaryDirectory {
    let path = NSTemporaryDirectory() + "datasets-tests-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, with the directories it needs, and returns its path.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String = "file") throws -> String {
        let file = path + "/" + name
        let parent = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}

/// The header of an IDX file.
func idxHeader(type: UInt8, shape: [UInt32]) -> [UInt8] {
    [0, 0, type, UInt8(shape.count)] + shape.flatMap(bigEndian)
}

/// A whole IDX file of bytes.
func idx(_ elements: [UInt8], shape: [UInt32]) -> [UInt8] {
    idxHeader(type: IDXElementType.uint8.rawValue, shape: shape) + elements
}

func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}

/// One gzip member. Level 0 stores, level 9 compresses best.
func gzip(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
    var stream = z_stream()
    let gzipFormat: Int32 = 16 + MAX_WBITS
    precondition(
        deflateInit2_(
            &stream, level, Z_DEFLATED, gzipFormat, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)) == Z_OK)
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
        }
    }
    return Array(output.prefix(Int(stream.total_out)))
}

/// Bytes that do not compress.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = SplitMix64(seed)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
}

/// What is wrong with a file, for comparison; nil if it is of another kind.
struct Fault: Equatable {
    var problem: DatasetError.Problem
    var location: DatasetError.Location

    init(_ problem: DatasetError.Problem, _ location: DatasetError.Location) {
        self.problem = problem
        self.location = location
    }

    init?(_ error: DatasetError?) {
        guard case .invalid(_, let problem, let location, _, _)? = error else { return nil }
        self.init(problem, location)
    }
}

/// The error of reading these bytes as an IDX file, if there is one.
func error(reading bytes: [UInt8]) throws -> DatasetError? {
    let directory = try TemporaryDirectory()
    return try readError(directory.write(bytes))
}

func readError(_ path: String) -> DatasetError? {
    do throws(DatasetError) {
        _ = try IDXFile(path: path)
        return nil
    } catch {
        return error
    }
}

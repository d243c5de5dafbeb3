import Foundation
import Safetensors
import TestSupport
import Testing
import Training

/// A directory for one test, with a small data set in `data` and the runs in `runs`; removed at the end.
final class Workplace {
    private let directory: TemporaryDirectory

    /// - Parameter small: The data set; none if nil.
    init(_ small: SmallImages? = SmallImages()) throws {
        directory = try TemporaryDirectory()
        try small?.write(to: data)
    }

    deinit { try? FileManager.default.removeItem(atPath: journal) }

    var path: String { directory.path }
    var data: String { path + "/data" }
    var runs: String { path + "/runs" }
    /// The file in which file operations are recorded, outside the directory, because it is not a file of the tool.
    var journal: String { path + ".journal" }
    var places: [String] { ["--data", data, "--runs", runs] }

    func run(_ arguments: String...) throws -> Tool.Outcome { try Tool.run(places + arguments) }

    func start(_ arguments: String...) throws -> RunningTool { try RunningTool(places + arguments) }

    /// The names of the runs' directories, sorted.
    var runNames: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runs)) ?? []
        return names.filter { $0 != "latest" && $0 != ".runs.lock" }.sorted()
    }

    /// Returns the path of a file of the newest run.
    func latest(_ name: String) -> String { runs + "/latest/" + name }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: latest(name))) }

    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: latest(name)) }

    /// Returns the value at a path of keys in a JSON file of the newest run.
    func json(_ name: String, _ keys: String...) throws -> Any {
        var value = try JSONSerialization.jsonObject(with: bytes(name))
        for key in keys {
            value = try #require((value as? [String: Any])?[key], "\(name) has no \(keys)")
        }
        return value
    }

    /// Returns the training state in a checkpoint.
    func state(_ name: String = "last") throws -> TrainingState {
        try Checkpoint(path: latest("checkpoints/\(name).safetensors")).state
    }

    /// Returns the file that a link to a checkpoint points to; nil if there is no link.
    func target(of name: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(
            atPath: latest("checkpoints/\(name).safetensors"))
    }

    func checkpoint(_ name: String = "last") throws -> SafetensorsFile {
        try SafetensorsFile(path: latest("checkpoints/\(name).safetensors"))
    }
}

/// Images that are easy to learn: class c has a bright band at c tenths of the height, over noise.
struct SmallImages {
    var train = 300
    var test = 71
    var rows = 28
    var columns = 28

    func write(to directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for (prefix, count) in [("train", train), ("t10k", test)] {
            try Self.write(
                (0..<count).flatMap(pixels), shape: [count, rows, columns],
                to: "\(directory)/\(prefix)-images-idx3-ubyte")
            try Self.write(
                (0..<count).map { UInt8($0 % 10) }, shape: [count],
                to: "\(directory)/\(prefix)-labels-idx1-ubyte")
        }
    }

    private func pixels(index: Int) -> [UInt8] {
        (0..<rows).flatMap { row in
            (0..<columns).map { column in
                row * 10 / rows == index % 10 ? 200 : UInt8((index * 31 + row * 17 + column * 7) % 40)
            }
        }
    }

    /// Writes an IDX file.
    static func write(_ bytes: [UInt8], type: UInt8 = 8, shape: [Int], to path: String) throws {
        try Data(idxHeader(type: type, shape: shape.map(UInt32.init)) + bytes).write(to: URL(filePath: path))
    }
}

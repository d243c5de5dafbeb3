import Foundation
import TestSupport
import Testing

extension Tool {
    static let sequencePath = products.appending(path: "sequence-classifier").path
}

/// A directory for one test, with small files of sequences and the runs of `sequence-classifier`.
struct SequencePlace {
    let place = try! Workplace(nil)

    /// Options for a model that trains within a moment.
    static let small = ["--hidden-size", "4", "--epochs", "4", "--batch-size", "8", "--threads", "1"]

    init() throws {
        try write("small_TRAIN.ts", Self.series(48))
        try write("small_TEST.ts", Self.series(24, first: 100))
    }

    var train: String { place.path + "/small_TRAIN.ts" }
    var runs: String { place.runs }

    /// Returns the content of a `.ts` file: two channels, 3 to 12 steps; a class is a sign of the first channel, or the
    /// second channel rises.
    static func series(_ count: Int, first: Int = 0) -> String {
        let lines = (first..<first + count).map { index in
            sequence(index).map { $0.map(\.description).joined(separator: ",") }.joined(separator: ":")
                + ":" + names[index % 3]
        }
        return
            "@problemName Small\n@univariate false\n@classLabel true \(names.joined(separator: " "))\n@data\n"
            + lines.joined(separator: "\n") + "\n"
    }

    static let names = ["up", "down", "walkFast"]

    /// Returns the values of a sequence, [channel][step].
    static func sequence(_ index: Int) -> [[Float]] {
        let steps = 0..<3 + index * 7 % 10
        let noise = { (step: Int) in Float((index * 31 + step * 17) % 13) / 13 - 0.5 }
        return [
            steps.map { [1, -1, 0][index % 3] + noise($0) },
            steps.map { (index % 3 == 2 ? Float($0) : 0) + noise($0 + 5) },
        ]
    }

    /// Returns the content of a CSV file of the same sequences; without ids and classes, of one sequence.
    static func table(_ indices: Range<Int>, hasClasses: Bool = true) -> String {
        let rows = indices.flatMap { index in
            let values = sequence(index)
            return values[0].indices.map { step in
                (hasClasses ? "\(index),\(names[index % 3])," : "") + "\(values[0][step]),\(values[1][step])"
            }
        }
        return ([(hasClasses ? "id,label," : "") + "x,y"] + rows).joined(separator: "\n") + "\n"
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let path = place.path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    /// Runs a command of the tool on the runs in this directory.
    func tool(_ arguments: String...) throws -> Tool.Outcome {
        try Tool.run(arguments + ["--runs", runs], program: Tool.sequencePath)
    }

    /// Trains a small model; given options replace the small ones.
    @discardableResult
    func train(_ arguments: String...) throws -> Tool.Outcome {
        let outcome = try Tool.run(
            Self.options(arguments, train) + ["--runs", runs], program: Tool.sequencePath)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        return outcome
    }

    static func options(_ given: [String], _ data: String) -> [String] {
        (given.contains("--data") ? [] : ["--data", data])
            + stride(from: 0, to: small.count, by: 2).filter { !given.contains(small[$0]) }
            .flatMap { small[$0..<$0 + 2] } + given
    }

    /// The files of the newest run that training determines to the last byte, by their names.
    func results() throws -> [String: [UInt8]] {
        var results: [String: [UInt8]] = [:]
        for name in [
            "evaluation.json", "mistakes.json", "confusion.svg", "curves.svg",
            "checkpoints/last.safetensors", "checkpoints/best.safetensors",
        ] where place.exists(name) {
            results[name] = Array(try place.bytes(name))
        }
        // The name of the run has its time, and the last two columns are measured.
        results["curves.svg"] = nil
        results["metrics.csv"] = Array(
            try place.text("metrics.csv").split(separator: "\n").map {
                $0.split(separator: ",").dropLast(2).joined(separator: ",")
            }.joined(separator: "\n").utf8)
        return results
    }
}

import Foundation
import Platform
import Safetensors
import TestSupport
import Testing
import TrainingSamples

@testable import Training

/// Files with a correct digest and invalid content: they were forged, or this program has an error.
@Suite("Forged checkpoints")
struct CheckpointForgeryTests {
    /// Returns the error of reading the file; nil if there is none. Any error but the two expected ones fails the test.
    private func problem(
        of bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
    ) -> CheckpointError.Problem? {
        do {
            _ = try Checkpoint(bytes: bytes, path: "x")
        } catch let error as CheckpointError {
            #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
            return error.problem
        } catch let error as SafetensorsError {
            return .invalid("tensor", error.reason.description)
        } catch {
            Issue.record("another error: \(error)", sourceLocation: sourceLocation)
        }
        return nil
    }

    private func problem(_ change: (inout Forgery) throws -> Void) throws -> CheckpointError.Problem? {
        var forgery = try Forgery(SampleCheckpoint.checkpoint())
        try change(&forgery)
        return problem(of: forgery.bytes())
    }

    @Test(
        arguments: ["model", "seed", "step", "state", "logs", "options", "data", "sha256"])
    func `a missing key is an error`(key: String) throws {
        #expect(try problem { $0.metadata[key] = nil } == .missing(key))
    }

    @Test func `a large file that is not a checkpoint is rejected by its header`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("large.safetensors")
        let size = 1 << 40
        let header = #"{"weight":{"dtype":"U8","shape":[\#(size)],"data_offsets":[0,\#(size)]}}"#
        let length = (0..<8).map { UInt8(header.utf8.count >> (8 * $0) & 255) }
        try Data(length + Array(header.utf8)).write(to: URL(filePath: path))
        let file = try FileHandle(forUpdating: URL(filePath: path))
        // A terabyte that uses no space on the disk.
        try file.truncate(atOffset: UInt64(8 + header.utf8.count + size))
        #expect(throws: CheckpointError(path: path, problem: .missing("sha256"))) {
            _ = try Checkpoint(path: path)
        }
    }

    @Test(arguments: ["model", "seed", "step", "state", "logs"])
    func `metadata that are not JSON, or other JSON, are an error`(key: String) throws {
        let texts = [
            "", " ", "{", "nul", "null", "[]", "\"", "\"1\"", "{}", "1.5", "-1", "1e400", "true", "NaN",
            "nan",
            "18446744073709551616", "1 2", String(repeating: "[", count: 100_000), "\u{FEFF}", "\u{0}",
        ]
        for text in texts {
            guard case .invalid(key, _)? = try problem({ $0.metadata[key] = text }) else {
                Issue.record("\(key) \(text.prefix(20))")
                continue
            }
        }
    }

    @Test(
        arguments: [
            ("step", "1099511627776", []), ("step", "9223372036854775807", []),
            ("state", "-1", ["epoch"]), ("state", "1099511627776", ["epoch"]),
            ("state", "9223372036854775807", ["epoch"]), ("state", "-1", ["step_in_epoch"]),
            // There are more epochs, or steps of an epoch, than steps.
            ("state", "1099511627775", ["epoch"]), ("state", "100000", ["epoch"]),
            ("state", "100000", ["step_in_epoch"]),
            ("state", "9223372036854775807", ["step_in_epoch"]), ("state", "-1", ["running", "count"]),
            ("state", "33", ["running", "correct"]), ("state", "-1", ["running", "correct"]),
            ("state", "9223372036854775807", ["running", "count"]),
            ("state", "-1", ["plateau", "reductions"]),
            ("state", "-9223372036854775808", ["plateau", "epochs_since"]),
            ("state", "9223372036854775807", ["plateau", "reductions"]),
            ("state", "-1", ["best", "epoch"]), ("state", "1", ["best", "epoch"]),
            ("state", "9223372036854775807", ["best", "epoch"]),
            ("logs", "-1", ["rows"]), ("logs", "-1", ["records"]), ("logs", "-1", ["events"]),
            ("logs", "1099511627776", ["events"]), ("logs", "18", ["window", "correct"]),
            ("logs", "9223372036854775807", ["window", "count"]),
            ("model", "0", ["stack", "hidden_size"]), ("model", "-3", ["stack", "hidden_size"]),
            ("model", "65537", ["stack", "hidden_size"]),
            ("model", "9223372036854775807", ["stack", "hidden_size"]),
            ("model", "0", ["stack", "input_size"]), ("model", "65537", ["stack", "input_size"]),
            ("model", "0", ["stack", "num_layers"]), ("model", "1025", ["stack", "num_layers"]),
            ("model", "1", ["stack", "dropout"]), ("model", "-0.1", ["stack", "dropout"]),
            ("model", "\"nan\"", ["stack", "dropout"]), ("model", "\"inf\"", ["dropout"]),
            ("model", "1", ["dropout"]), ("model", "0", ["sequence_length"]),
            ("model", "65537", ["sequence_length"]),
            ("model", "0", ["class_count"]), ("model", "65537", ["class_count"]),
            ("model", "\"none\"", ["readout"]),
            ("model", "\"elman\"", ["stack", "cell"]), ("model", "\"some\"", ["stack", "bias"]),
            ("model", "2", ["stack", "bidirectional"]),
        ] as [(String, String, [String])])
    func `impossible numbers are an error`(key: String, text: String, path: [String]) throws {
        let found = try problem {
            $0.metadata[key] =
                path.isEmpty ? text : try Forgery.json($0.metadata[key] ?? "", at: path, put: text)
        }
        guard case .invalid(key, _)? = found else {
            Issue.record("\(String(describing: found))")
            return
        }
    }

    /// For any value in any place, the file is rejected or training continues with it.
    @Test(arguments: ["model", "state", "logs"])
    func `any value in any place is rejected or usable`(key: String) throws {
        let values = [
            nil, "null", "0", "-1", "1", "1.5", "1e300", "9223372036854775807", "-9223372036854775808",
            "9223372036854775808", "1099511627775", "true", "\"nan\"", "\"inf\"", "\"\"", "[]", "{}",
        ]
        let original = try Forgery(SampleCheckpoint.checkpoint())
        let json = try #require(original.metadata[key])
        let course = Course.all[7]
        var (refused, taken) = (0, 0)
        for leaf in try Forgery.leaves(json) {
            for value in values {
                var forgery = original
                forgery.metadata[key] = try Forgery.json(json, at: leaf, put: value)
                let bytes = forgery.bytes()
                if problem(of: bytes) != nil {
                    refused += 1
                    continue
                }
                taken += 1
                let checkpoint = try Checkpoint(bytes: bytes, path: "x")
                let trainer = course.trainer()
                guard trainer.misfit(of: checkpoint) == nil else { continue }
                trainer.restore(checkpoint)
                try trainer.fit(
                    noiseImages(40), epochs: 1, batchSize: 16, callbacks: [EarlyStopping(patience: 1)])
            }
        }
        #expect(refused > 50)
        #expect(taken > 0)
    }

    @Test
    func `a model too large for any file is an error`() throws {
        let found = try problem {
            var model = $0.metadata["model"] ?? ""
            for path in [["stack", "hidden_size"], ["stack", "input_size"], ["sequence_length"]] {
                model = try Forgery.json(model, at: path, put: "65536")
            }
            $0.metadata["model"] = try Forgery.json(model, at: ["stack", "num_layers"], put: "1024")
        }
        #expect(found == .tensors(expected: 3 * (1024 * 8 + 2), found: 3 * 18))
    }

    @Test
    func `missing, additional and damaged tensors are an error`() throws {
        #expect(try problem { $0.tensors.removeLast() } == .tensors(expected: 54, found: 53))
        #expect(
            try problem { $0.tensors.append(("more", [0], [])) } == .tensors(expected: 54, found: 55))
        #expect(
            try problem { $0.tensors.append(("optimizer.more.fc.bias", [4], [0, 0, 0, 0])) }
                == .tensors(expected: 72, found: 55))
        #expect(try problem { $0.tensors = [] } == .tensors(expected: 18, found: 0))
        #expect(
            try problem { $0.tensors[0].name = "optimizer" }
                == .invalid("tensor", SafetensorsError.Reason.missingTensor.description))
        for index in stride(from: 0, to: 54, by: 7) {
            #expect(
                try problem { $0.tensors[index].shape = [1] + $0.tensors[index].shape }
                    == .invalid("tensor", SafetensorsError.Reason.shape.description))
            #expect(
                try problem {
                    let tensor = $0.tensors.remove(at: index)
                    $0.doubles.append((tensor.name, tensor.shape, tensor.values.map(Double.init)))
                } == .invalid("tensor", SafetensorsError.Reason.elementType.description))
        }
    }

    @Test
    func `buffers of another optimizer are read but cannot be restored`() throws {
        var forgery = try Forgery(SampleCheckpoint.checkpoint())
        for index in forgery.tensors.indices {
            forgery.tensors[index].name = forgery.tensors[index].name.replacing(".exp_avg.", with: "..")
        }
        let checkpoint = try Checkpoint(bytes: forgery.bytes(), path: "x")
        #expect(checkpoint.optimizerBuffers.map(\.name) == ["", "exp_avg_sq"])
        #expect(Course.all[7].trainer().misfit(of: checkpoint) != nil)
    }
}

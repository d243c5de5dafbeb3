import Datasets
import Foundation
import TestSupport
import Testing

@Suite("Errors of training", .timeLimit(.minutes(60))) struct FailureTests {
    @Test(arguments: [
        ("--epochs", "0"), ("--epochs", "-1"), ("--epochs", "abc"), ("--epochs", "1.5"),
        ("--epochs", "1000001"),
        ("--epochs", "99999999999999999999"), ("--batch-size", "0"), ("--batch-size", "-128"),
        ("--batch-size", "1000001"), ("--learning-rate", "0"), ("--learning-rate", "-0.1"),
        ("--learning-rate", "nan"), ("--learning-rate", "inf"), ("--learning-rate", "1e999"),
        ("--learning-rate", "fast"), ("--cell", "tlsm"), ("--readout", "first"), ("--dropout", "1"),
        ("--dropout", "-0.1"), ("--readout-dropout", "nan"), ("--label-smoothing", "1"),
        ("--optimizer", "adamm"), ("--momentum", "0.9"), ("--weight-decay", "-1"), ("--schedule", "slow"),
        ("--warm-up-epochs", "1"), ("--step-epochs", "2"), ("--patience", "2"), ("--reduction", "0.5"),
        ("--clip-norm", "0"), ("--clip-norm", "inf"), ("--clip-value", "-1"),
        ("--hidden-size", "0"), ("--hidden-size", "-1"),
        ("--hidden-size", "2049"),
        ("--layers", "0"), ("--layers", "17"), ("--seed", "-1"), ("--seed", "18446744073709551616"),
        ("--threads", "0"), ("--threads", "1025"), ("--name", ""), ("--name", "a/b"), ("--name", ".."),
        ("--name", "-a"), ("--name", "a→b"), ("--name", String(repeating: "a", count: 101)), ("--data", ""),
        ("--validation", "-1"),
        ("--early-stopping", "3"), ("--progress", "bars"), ("--log-every", "-1"), ("--checkpoint-every", "0"),
        ("--checkpoint-every", "5x"), ("--keep-checkpoints", "0"), ("--on-save-error", "panic"),
        ("--time-limit", "10"), ("--time-limit", "0s"),
        ("--runs", ""), ("--colour", "red"), ("extra", "argument"),
    ])
    func `invalid values of options are refused`(option: String, value: String) throws {
        let place = try Workplace()
        let outcome = try place.run(option, value)
        #expect(outcome.exitCode == 64)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("Error: "))
        #expect(outcome.errors.prefix { $0 != "\n" }.contains(option), "\(outcome.errors)")
        #expect(outcome.errors.contains(/See 'mnist-bilstm (train )?--help' for more information./))
        #expect(!FileManager.default.fileExists(atPath: place.runs))
    }

    @Test(
        arguments: [
            ["--schedule", "cosine", "--warm-up-epochs", "2"], ["--schedule", "step", "--step-epochs", "2"],
        ])
    func `a schedule that is longer than training is refused`(_ schedule: [String]) throws {
        let place = try Workplace()
        let outcome = try Tool.run(place.places + ["--epochs", "2"] + schedule)
        #expect(outcome.exitCode == 64)
        #expect(outcome.errors.hasPrefix("Error: \(schedule[2]) must be below --epochs (2), not 2"))
    }

    /// A change to the data, and the texts that the message must contain.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let exitCode: Int32
        let messages: [String]
        let apply: @Sendable (Workplace) throws -> Void

        init(
            _ name: String, _ exitCode: Int32, _ messages: [String],
            _ apply: @escaping @Sendable (Workplace) throws -> Void
        ) {
            (testDescription, self.exitCode, self.messages, self.apply) = (name, exitCode, messages, apply)
        }
    }

    static let trainImages = "train-images-idx3-ubyte"
    static let trainLabels = "train-labels-idx1-ubyte"

    static let damages = [
        Damage(
            "no directory", 66,
            ["data/\(trainImages)", "data/MNIST/raw/\(trainImages).gz", "https://", "SHA-256"]
        ) {
            try FileManager.default.removeItem(atPath: $0.data)
        },
        Damage("a file for the directory", 66, ["missing files: \(trainImages)"]) {
            try FileManager.default.removeItem(atPath: $0.data)
            try Data().write(to: URL(filePath: $0.data))
        },
        Damage(
            "a missing file", 66,
            [
                "missing file: t10k-labels-idx1-ubyte\n", "data/t10k-labels-idx1-ubyte.gz",
                "https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz",
                "https://storage.googleapis.com/cvdf-datasets/mnist/t10k-labels-idx1-ubyte.gz",
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            ]
        ) { try FileManager.default.removeItem(atPath: $0.data + "/t10k-labels-idx1-ubyte") },
        Damage("a directory for a file", 66, [trainLabels, "cannot be read: it is a directory"]) {
            try FileManager.default.removeItem(atPath: "\($0.data)/\(trainLabels)")
            try FileManager.default.createDirectory(
                atPath: "\($0.data)/\(trainLabels)", withIntermediateDirectories: true)
        },
        Damage(
            "a gzip file cut off", 65,
            ["\(trainLabels).gz: truncated", "delete the file and download it again"]
        ) {
            try replaceLabels($0) { $0.prefix($0.count / 2) }
        },
        Damage("a gzip file with a flipped bit", 65, ["\(trainLabels).gz: "]) {
            try replaceLabels($0) { bytes in
                var bytes = bytes
                bytes[bytes.count / 2] ^= 1
                return bytes
            }
        },
        Damage("not IDX", 65, ["\(trainImages): not an IDX file at byte 0"]) {
            try Data("text".utf8).write(to: URL(filePath: "\($0.data)/\(trainImages)"))
        },
        Damage("a web page", 65, ["\(trainImages): not the file itself at byte 0", "found an HTML page"]) {
            try Data("<html>".utf8).write(to: URL(filePath: "\($0.data)/\(trainImages)"))
        },
        Damage("another type", 65, ["\(trainLabels): wrong element type at byte 2"]) {
            try SmallImages.write(
                [UInt8](repeating: 0, count: 1200), type: 0x0D, shape: [300], to: "\($0.data)/\(trainLabels)")
        },
        Damage("images of rank 2", 65, ["\(trainImages): wrong shape at byte 3", "[300, 784]"]) {
            try SmallImages.write(
                [UInt8](repeating: 0, count: 300 * 784), shape: [300, 784], to: "\($0.data)/\(trainImages)")
        },
        Damage(
            "a label outside the classes", 65,
            ["\(trainLabels): label outside the classes at byte 18", "found 10"]
        ) {
            var labels = [UInt8](repeating: 1, count: 300)
            labels[10] = 10
            try SmallImages.write(labels, shape: [300], to: "\($0.data)/\(trainLabels)")
        },
        Damage("other counts", 65, ["\(trainLabels): labels and images differ in number", "300", "299"]) {
            try SmallImages.write(
                [UInt8](repeating: 1, count: 299), shape: [299], to: "\($0.data)/\(trainLabels)")
        },
        Damage("no images", 65, ["\(trainImages): wrong shape", "expected at least one image, found none"]) {
            try SmallImages(train: 0).write(to: $0.data)
        },
    ]

    /// Replaces the small training labels with a changed copy of the embedded ones.
    private static func replaceLabels(_ place: Workplace, _ change: (Data) -> Data) throws {
        try FileManager.default.removeItem(atPath: "\(place.data)/\(trainLabels)")
        let embedded = try Data(
            contentsOf: Repository.url.appending(path: "datasets/mnist/\(trainLabels).gz"))
        try change(embedded).write(to: URL(filePath: "\(place.data)/\(trainLabels).gz"))
    }

    @Test(arguments: damages) func `invalid data are refused`(damage: Damage) throws {
        let place = try Workplace()
        try damage.apply(place)
        let outcome = try place.run()
        #expect(outcome.exitCode == damage.exitCode)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("Error: "))
        for message in damage.messages { #expect(outcome.errors.contains(message)) }
        #expect(!FileManager.default.fileExists(atPath: place.runs))
    }

    /// Headers, counts and lengths are checked before the first step.
    @Test(arguments: [
        (SmallImages(test: 0), "expected at least one image"),
        (SmallImages(test: 20, rows: 14, columns: 20), "at byte 8: expected images of 28 × 28, as in "),
    ])
    func `a test set that is empty or has another image size is refused`(images: SmallImages, message: String)
        throws
    {
        let place = try Workplace(images)
        let other = try Workplace()
        for name in [Self.trainImages, Self.trainLabels] {
            try FileManager.default.removeItem(atPath: "\(place.data)/\(name)")
            try FileManager.default.copyItem(atPath: "\(other.data)/\(name)", toPath: "\(place.data)/\(name)")
        }
        let outcome = try place.run("--epochs", "2")
        #expect(outcome.exitCode == 65)
        #expect(outcome.errors.contains(place.data + "/t10k-images-idx3-ubyte: "))
        #expect(outcome.errors.contains(message))
        #expect(outcome.output == "" && !FileManager.default.fileExists(atPath: place.runs))
        #expect(try place.run("--epochs", "2", "--no-test").exitCode == 0)
    }

    /// The test labels are read at the end, so only the test accuracy is missing.
    @Test func `an invalid label in the test set is reported after training`() throws {
        let place = try Workplace()
        let labels = URL(filePath: "\(place.data)/t10k-labels-idx1-ubyte")
        var content = try Data(contentsOf: labels)
        content[content.count - 1] = 12
        try content.write(to: labels)
        let outcome = try place.run("--epochs", "2")
        #expect(outcome.exitCode == 65)
        #expect(outcome.errors.contains("t10k-labels-idx1-ubyte: label outside the classes at byte "))
        #expect(try place.state().epoch == 2)
        #expect(try place.json("summary.json", "state") as? String == "failed")
        let summary = try #require(try place.json("summary.json") as? [String: Any])
        #expect(summary["train_accuracy"] != nil)
        #expect(summary["test_accuracy"] == nil)
        #expect(try place.text("report.html").contains("failed"))
        #expect(try place.text("train.log") == outcome.output + outcome.errors)
    }

    @Test(arguments: ["runs", "runs/below"]) func `a file in place of the directory of runs is refused`(
        name: String
    ) throws {
        let place = try Workplace()
        try Data("mine".utf8).write(to: URL(filePath: place.runs))
        let outcome = try Tool.run(["--data", place.data, "--runs", "\(place.path)/\(name)"])
        #expect(outcome.exitCode == 74)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("Error: \(place.path)/\(name): cannot "))
        #expect(
            outcome.errors.contains(
                name == "runs" ? "expected a directory, found a regular file" : "Not a directory"))
        #expect(try String(contentsOf: URL(filePath: place.runs), encoding: .utf8) == "mine")
    }

    @Test func `a directory of runs that cannot be created is reported`() throws {
        let place = try Workplace()
        // Even root cannot create a directory there.
        let root = FileManager.default.fileExists(atPath: "/proc/self") ? "/proc/runs" : "/System/runs"
        let outcome = try Tool.run(["--data", place.data, "--runs", root])
        #expect(outcome.exitCode == 74)
        #expect(outcome.errors.hasPrefix("Error: \(root): cannot create the directory: "))
        #expect(outcome.output == "")
    }

    /// The checkpoint of the last complete epoch is kept. No epoch is complete in the first case, one in the second.
    @Test(arguments: [("128", 0), ("300", 1)]) func `a loss that is not finite ends training`(
        batchSize: String, epochs: Int
    )
        throws
    {
        let place = try Workplace()
        let outcome = try place.run("--learning-rate", "1e30", "--batch-size", batchSize)
        #expect(outcome.exitCode == 1)
        let kept =
            epochs == 0
            ? "No checkpoint has been saved yet."
            : "The last checkpoint is \(place.runs)/\(place.runNames[0])/checkpoints/step-0000001.safetensors."
        let message = try #require(outcome.errors.firstMatch(of: /of epoch (\d+)\./))
        #expect(outcome.errors.hasPrefix("Error: the loss or its gradient is not finite at step "))
        #expect(message.1 == "\(epochs)")
        #expect(
            outcome.errors.hasSuffix(
                ". \(kept) Resume with a lower --learning-rate and --allow-changes, or start a new run.\n"))
        #expect(outcome.epochLines.count == epochs)
        #expect(!outcome.output.contains("Train Acc"))
        #expect(try place.text("train.log") == outcome.output + outcome.errors)
        #expect(try place.json("summary.json", "state") as? String == "failed")
        #expect(place.exists("checkpoints/last.safetensors") == (epochs > 0))
        guard epochs > 0 else { return }
        let file = try place.checkpoint()
        #expect(try place.state().epoch == 1)
        for name in file.tensorNames {
            #expect(try file.values(of: name, as: Float.self).allSatisfy { $0.isFinite })
        }
    }
}

import Datasets
import Foundation
import ImageClassification
import Runs
import Testing

/// Images in the form that a data set publishes: class c has a bright band at its share of the height, over noise.
struct FamilyImages {
    let dataset: ImageDataset
    var classCount = 3
    var rows = 28
    var columns = 28
    /// The number of training images of each class.
    var repetitions = 3

    static func published(_ dataset: ImageDataset) -> FamilyImages {
        FamilyImages(dataset: dataset, classCount: dataset.classCount ?? 3, rows: 30, columns: 20)
    }

    /// The same images, upright, with classes from 0, in files with MNIST's names.
    var plain: FamilyImages {
        FamilyImages(
            dataset: .idx, classCount: classCount, rows: rows, columns: columns, repetitions: repetitions)
    }

    func write(to directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let counts = [repetitions * classCount, classCount]
        for (files, count) in zip([Array(dataset.files[..<2]), Array(dataset.files[2...])], counts) {
            try SmallImages.write(
                (0..<count).flatMap(pixels),
                shape: dataset.isTransposed ? [count, columns, rows] : [count, rows, columns],
                to: "\(directory)/\(files[0].name)")
            try writeLabels(count, to: "\(directory)/\(files[1].name)")
        }
    }

    private func writeLabels(_ count: Int, to path: String) throws {
        let labels = (0..<count).map { $0 % classCount + dataset.firstLabel }
        guard dataset.name == "qmnist" else {
            return try SmallImages.write(labels.map { UInt8($0) }, shape: [count], to: path)
        }
        let rows = labels.flatMap { [$0, 4, 2100, 0, 30, 5, 0, 0] }
        try SmallImages.write(
            rows.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] }, type: 0x0C, shape: [count, 8], to: path)
    }

    private func pixels(index: Int) -> [UInt8] {
        func pixel(_ row: Int, _ column: Int) -> UInt8 {
            row * classCount / rows == index % classCount
                ? 200 : UInt8((index * 31 + row * 17 + column * 7) % 40)
        }
        return dataset.isTransposed
            ? (0..<columns).flatMap { column in (0..<rows).map { pixel($0, column) } }
            : (0..<rows).flatMap { row in (0..<columns).map { pixel(row, $0) } }
    }
}

extension ImageDataset: CustomTestStringConvertible {
    public var testDescription: String { name }
}

@Suite("Data sets other than MNIST", .timeLimit(.minutes(60))) struct FamilyTests {
    private static let small = ["--hidden-size", "4", "--layers", "1", "--epochs", "2", "--threads", "2"]

    private func place(_ images: FamilyImages) throws -> Workplace {
        let place = try Workplace(nil)
        try images.write(to: place.data)
        return place
    }

    private func trained(_ images: FamilyImages) throws -> Workplace {
        let place = try place(images)
        let outcome = try Tool.run(place.places + Self.small + ["--dataset", images.dataset.name])
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return place
    }

    @Test(
        arguments: ImageDataset.all)
    func `each data set is read as upright images with classes from 0`(dataset: ImageDataset)
        throws
    {
        let images = FamilyImages.published(dataset)
        let place = try trained(images)
        let plain = try trained(images.plain)
        let (summary, expected) = (try place.summary(), try plain.summary())
        #expect(
            summary["loss", .train] == expected["loss", .train]
                && summary["loss", .test] == expected["loss", .test])
        #expect(summary["loss", .test] != nil)
        let (weights, same) = (try place.checkpoint(), try plain.checkpoint())
        for name in weights.tensorNames {
            #expect(try weights.values(of: name, as: Float.self) == same.values(of: name, as: Float.self))
        }
        let title = dataset == .mnist ? place.data : "\(dataset.name) in \(place.data)"
        let count = "\(3 * images.classCount) training images of 30 × 20, \(images.classCount) classes"
        #expect(try place.text("train.log").hasPrefix("Data: \(title), \(count)\n"))
        #expect(try place.json("config.json", "options", "dataset") as? String == dataset.name)
    }

    @Test(
        arguments: ImageDataset.all + [.idx])
    func `a run's files and the output of commands name the classes`(dataset: ImageDataset) throws {
        let images = FamilyImages.published(dataset)
        let place = try trained(images)
        let names = dataset == .idx ? ["0", "1", "2"] : dataset.classNames
        #expect(try place.json("evaluation.json", "classes") as? [String] == names)
        // With as many classes as in EMNIST, the chart has room for only some of the names.
        let pages = try [place.text("report.html")] + (names.count > 26 ? [] : [place.text("confusion.svg")])
        for page in pages {
            for name in names { #expect(page.contains(">\(name)<"), "\(name)") }
        }
        // The data set and the directory are stored in the run.
        let runs = ["--runs", place.runs]
        let evaluated = try Tool.run(["evaluate", "--json"] + runs)
        try #require(evaluated.exitCode == 0, "\(evaluated.errors)")
        let report = try EvaluationResult(json: evaluated.output)
        #expect(report.classes.map(\.name) == names)
        #expect(report.classes.allSatisfy { $0.count == 1 })
        #expect(report.accuracy == (try place.summary()["accuracy", .test]))
        #expect(try Tool.run(["evaluate", "--split", "train"] + runs).exitCode == 0)

        let last = names.count - 1
        let files = [
            "--images", "\(place.data)/\(dataset.files[2].name)", "--labels",
            "\(place.data)/\(dataset.files[3].name)",
        ]
        let hasNames = names != names.indices.map(String.init)
        for input in [["--index", "\(last)"], files + ["--index", "\(last)"]] {
            let line = try object(Tool.run(["predict", "--json"] + input + runs).output)
            let predicted = try #require(line["predicted"] as? Int)
            #expect(line["label"] as? Int == last)
            #expect(line["label_name"] as? String == (hasNames ? names[last] : nil))
            #expect(line["predicted_name"] as? String == (hasNames ? names[predicted] : nil))
            let text = try Tool.run(["predict", "--no-draw"] + input + runs).output
            #expect(text.contains(", image \(last): \(names[predicted]) ("))
            #expect(text.contains(predicted == last ? ", correct" : ", wrong: label \(names[last])"))
        }
        let sheet = try Tool.run([
            "augment", "--index", "\(last)", "--out", place.path + "/sheet.png", "--dataset", dataset.name,
            "--data",
            place.data, "--count", "1",
        ])
        #expect(sheet.output.contains("image \(last) (\(names[last])), original and 1 augmented image"))
        // An image without a label is upright, too.
        let known = try object(Tool.run(["predict", "--json", "--index", "1"] + runs).output)
        let unknown = try object(Tool.run(["predict", "--json", "--index", "1"] + files[..<2] + runs).output)
        #expect(known["probabilities"] as? [Double] == unknown["probabilities"] as? [Double])
        #expect(unknown["label"] is NSNull)
    }

    private func object(_ line: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }

    @Test
    func `your own images determine size and classes, and the test set may not have more classes`() throws {
        let place = try trained(FamilyImages(dataset: .idx, classCount: 5, rows: 9, columns: 14))
        #expect(try place.text("train.log").contains("15 training images of 9 × 14, 5 classes\n"))
        let one = try trained(FamilyImages(dataset: .idx, classCount: 1, rows: 2, columns: 3))
        #expect(try one.text("train.log").contains("3 training images of 2 × 3, 1 class\n"))
        try SmallImages.write([0, 1, 2, 3, 5], shape: [5], to: "\(place.data)/t10k-labels-idx1-ubyte")
        let outcome = try Tool.run(["evaluate", "--runs", place.runs])
        #expect(outcome.exitCode == 65)
        #expect(outcome.errors.contains("t10k-labels-idx1-ubyte: label outside the classes at byte 12"))
        #expect(outcome.errors.contains("expected a label below 5, found 5"))
    }

    @Test
    func `another data set and other files can be evaluated if the model knows the classes`() throws {
        let place = try trained(FamilyImages.published(.mnist))
        let other = try self.place(FamilyImages.published(.qmnist))
        let letters = try self.place(FamilyImages.published(.emnistLetters))
        let same = try Tool.run([
            "evaluate", "--runs", place.runs, "--dataset", "qmnist", "--data", other.data,
        ])
        #expect(same.exitCode == 0)
        #expect(same.output.contains("Data: qmnist in \(other.data)\n"))
        try FileManager.default.createDirectory(
            atPath: other.path + "/QMNIST", withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: other.data, toPath: other.path + "/QMNIST/raw")
        let below = try Tool.run([
            "evaluate", "--runs", place.runs, "--dataset", "qmnist", "--data", other.path,
        ])
        #expect(below.output == same.output.replacing(other.data, with: other.path + "/QMNIST/raw"))
        try FileManager.default.moveItem(atPath: other.path + "/QMNIST/raw", toPath: other.data)
        let trainedOn = try Tool.run([
            "evaluate", "--runs", place.runs, "--dataset", "qmnist", "--data", other.data, "--split", "train",
        ])
        #expect(trainedOn.exitCode == 65 && trainedOn.errors.contains("was trained on different data"))
        for command in [["evaluate"], ["predict", "--index", "0"]] {
            let more = try Tool.run(
                command + [
                    "--runs", place.runs, "--dataset", "emnist-letters", "--data", letters.data,
                ])
            #expect(more.exitCode == 64)
            #expect(more.errors.contains("emnist-letters has 26 classes, more than the "))
        }
        let picture = try Tool.run(["predict", "a.png", "--dataset", "kmnist"])
        #expect(picture.exitCode == 64)
        #expect(picture.errors.contains("--dataset has an effect only with --index or --images"))
    }

    @Test
    func `a run is resumed only with its own data set`() throws {
        let place = try trained(FamilyImages.published(.kmnist))
        func resumed(_ arguments: String...) throws -> Tool.Outcome {
            try Tool.run(["--runs", place.runs, "--resume", "latest", "--epochs", "3"] + arguments)
        }
        let refused = try resumed("--dataset", "fashion-mnist", "--data", place.data)
        #expect(refused.exitCode == 64)
        #expect(
            refused.errors.contains("--dataset: the run has kmnist, the command line gives fashion-mnist"))
        let changed = try resumed(
            "--dataset", "fashion-mnist", "--data", place.data, "--allow-changes")
        #expect(changed.exitCode == 64)
        #expect(changed.errors.contains("cannot change, not even with --allow-changes"))
        let same = try resumed("--dataset", "kmnist", "--allow-changes")
        #expect(same.exitCode == 0, "\(same.errors)")
        #expect(same.output.contains("Data: kmnist in \(place.data), "))
    }

    @Test
    func `a run of a version without data sets was trained on MNIST`() throws {
        let place = try Workplace()
        #expect(try Tool.run(place.places + Self.small).exitCode == 0)
        let config = try place.text("config.json")
        let older = config.replacing(/"dataset" : "mnist",\n */, with: "")
        try #require(older != config)
        try Data(older.utf8).write(to: URL(filePath: place.latest("config.json")))
        for arguments in [["evaluate"], ["runs", "show", "latest"]] {
            let outcome = try Tool.run(arguments + ["--runs", place.runs])
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            #expect(!outcome.output.contains("dataset"))
        }
        let more = try Tool.run(
            ["--runs", place.runs, "--resume", "latest", "--epochs", "3", "--allow-changes"])
        #expect(more.exitCode == 0, "\(more.errors)")
        #expect(try place.json("config.json", "options", "dataset") as? String == "mnist")
    }

    @Test
    func `a missing data set is reported with the command that downloads it`() throws {
        let place = try Workplace(nil)
        func refusal(_ arguments: String..., data: Bool = true) throws -> String {
            let outcome = try Tool.run(
                arguments + (data ? ["--data", place.path + "/a b"] : []), in: URL(filePath: place.path))
            #expect(outcome.exitCode == 66 && outcome.output == "")
            return outcome.errors
        }
        let kmnist = try refusal("--dataset", "kmnist", data: false)
        #expect(kmnist.contains("datasets/kmnist/KMNIST/raw/train-images-idx3-ubyte.gz"))
        #expect(
            kmnist.contains(
                "download them with: mnist-bilstm datasets fetch kmnist\nor download each file from"))
        let letters = try refusal("--dataset", "emnist-letters")
        #expect(letters.contains("datasets fetch emnist-letters --to '\(place.path)/a b'\n"))
        #expect(letters.contains("unzip -j gzip.zip"))
        let own = try refusal("--dataset", "idx")
        #expect(own.contains("put the files in \(place.path)/a b") && !own.contains("datasets fetch"))
        let unknown = try Tool.run(["--dataset", "cifar-10"])
        #expect(unknown.exitCode == 64)
        #expect(unknown.errors.contains("emnist-balanced") && unknown.errors.contains("idx"))
    }

    @Test
    func `an error names the file and the byte`() throws {
        var images = FamilyImages.published(.emnistLetters)
        let place = try self.place(images)
        let labels = "emnist-letters-train-labels-idx1-ubyte"
        try SmallImages.write(
            (0..<78).map { UInt8($0 % 26) }, shape: [78], to: "\(place.data)/\(labels)")
        let zero = try Tool.run(place.places + ["--dataset", "emnist-letters"])
        #expect(zero.exitCode == 65)
        #expect(zero.errors.contains("\(labels): label outside the classes at byte 8"))
        #expect(zero.errors.contains("expected a label from 1 to 26, found 0"))

        images = FamilyImages.published(.qmnist)
        let rows = try self.place(images)
        var bytes = try Data(contentsOf: URL(filePath: "\(rows.data)/qmnist-train-labels-idx2-int"))
        bytes[12 + 32 * 4 + 3] = 10
        try bytes.write(to: URL(filePath: "\(rows.data)/qmnist-train-labels-idx2-int"))
        let ten = try Tool.run(rows.places + ["--dataset", "qmnist"])
        #expect(ten.exitCode == 65)
        #expect(ten.errors.contains("qmnist-train-labels-idx2-int: label outside the classes at byte 140"))
    }
}

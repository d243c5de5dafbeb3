import Datasets
import Foundation
import NeuralNetworks
import Pictures
import RunSamples
import Runs
import TestSupport
import Testing
import Training
import TrainingSamples

@testable import ImageClassification

/// Models of another program, which the tool cannot make.
@Suite("Trained models") struct TrainedModelTests {
    private func checkpoint(of trainer: Trainer, in directory: TemporaryDirectory) throws -> String {
        let path = directory.file("weights")
        try Checkpoint(of: trainer).write(to: path)
        return path
    }

    @Test
    func `a checkpoint without the main job's options has none and is found at any path`() throws {
        let directory = try TemporaryDirectory()
        let model = try ImageModel(checkpoint(of: trainer(), in: directory), root: directory.file("runs"))
        #expect(model.options == nil && model.run == nil && model.notices.isEmpty)
        #expect(model.title.hasSuffix("weights, after 0 epochs (0 steps)"))
        #expect(try ModelDescription(model).text().contains("Parameters: "))
    }

    @Test func `weights that give scores that are not finite are rejected`() throws {
        let directory = try TemporaryDirectory()
        let trainer = trainer()
        // The weights of the linear layer are the last ones.
        for index in 0..<trainer.engine.parameters.count where index % 2 == 0 {
            trainer.engine.parameters.base[index] = 3e38
        }
        let path = try checkpoint(of: trainer, in: directory)
        let model = try ImageModel(path, root: "runs")
        let size = model.checkpoint.model
        let picture = directory.file("picture.png")
        let bitmap = Bitmap(
            width: size.stack.inputSize, height: model.rows, format: .grey,
            samples: [UInt8](repeating: 200, count: size.stack.inputSize * model.rows))
        try Data(bitmap.png()).write(to: URL(filePath: picture))
        let found = error(CheckpointError.self) {
            _ = try ModelPrediction(model, of: .preparedPictures([picture]), threads: 1).run()
        }
        #expect(found == CheckpointError(path: path, problem: .scoresNotFinite))
    }

    @Test(arguments: [Float.nan, .infinity])
    func `weights that are not finite are rejected`(weight: Float) throws {
        let directory = try TemporaryDirectory()
        let trainer = trainer()
        trainer.engine.parameters.base[3] = weight
        let path = try checkpoint(of: trainer, in: directory)
        let found = error(CheckpointError.self) { _ = try ImageModel(path, root: "runs") }
        #expect(found == CheckpointError(path: path, problem: .notFinite))
    }

    @Test
    func `a run without a best checkpoint uses the newest one and says so`() throws {
        let recorded = try RecordedRun()
        var options = ImageTraining.Options()
        options.validation = 1
        let checkpoint = Checkpoint(
            of: Trainer(model: tinyModel, threads: 1),
            details: .init(options: try options.decisiveText()))
        try CheckpointStore(recorded.run).save(checkpoint, isBest: false)
        let path = recorded.run.path
        func model(_ choice: ImageModel.Choice?) throws -> ImageModel {
            try ImageModel(path, root: "runs", choice: choice)
        }
        #expect(
            try model(nil).notices == [
                "\(path)/checkpoints/best.safetensors is missing; the newest checkpoint is used."
            ])
        #expect(try model(.last).notices == [])
        #expect(error(RunError.self) { _ = try model(.best) } == .noBestCheckpoint(run: path))
        try CheckpointStore(recorded.run).save(checkpoint, isBest: true)
        #expect(try model(nil).notices == [])
    }

    @Test
    func `images of another size or with unknown classes are rejected and others are not`() throws {
        let directory = try TemporaryDirectory()
        let model = try ImageModel(checkpoint(of: trainer(), in: directory), root: "runs")
        try model.check(noiseImages(5), file: "images", labels: "labels")
        let wide = noiseImages(5, rows: 5, columns: 6)
        let size = error(DatasetError.self) { try model.check(wide, file: "images", labels: "labels") }
        #expect(
            try #require(size).description.hasPrefix(
                "images: wrong shape at byte 8: expected images of 6 × 5"))
        func images(_ labels: [UInt8]) -> LabeledImages {
            LabeledImages(
                pixels: [UInt8](repeating: 0, count: 30 * labels.count), labels: labels, rows: 6, columns: 5)
        }
        try model.check(images([3, 0]), file: "images", labels: "labels")
        let label = error(DatasetError.self) {
            try model.check(images([3, 0, 4]), file: "images", labels: "labels")
        }
        #expect(
            try #require(label).description.hasPrefix(
                "labels: label outside the classes at byte 10: expected a label below 4"
            ))
    }

    @Test
    func `class scores equal those counted by hand, also for empty classes`() throws {
        let images = noiseImages(90)
        let engine = trainer(seed: 3).engine
        let evaluation = Evaluation(engine, on: images, split: "test")
        let scores = engine.outputs(SequenceSamples(images), indices: (0..<90).map(Int32.init))
        let predicted = (0..<90).map { index in
            (0..<4).max { scores[4 * index + $0] < scores[4 * index + $1] }!
        }
        try #require(Set(predicted).count < 4, "no class without predictions: this tests less")
        for (label, one) in evaluation.classScores.enumerated() {
            let hits = (0..<90).count { Int(images.labels[$0]) == label && predicted[$0] == label }
            let count = (0..<90).count { Int(images.labels[$0]) == label }
            let taken = predicted.count { $0 == label }
            #expect(one.name == "\(label)" && one.count == count)
            #expect(one.precision == (taken > 0 ? Double(hits) / Double(taken) : nil))
            #expect(one.recall == Double(hits) / Double(count))
            #expect(one.f1 == Double(2 * hits) / Double(count + taken))
        }
        #expect(evaluation.correct == engine.evaluate(SequenceSamples(images)).correct)
    }
}

@Suite("Predictions for people") struct PredictionTextTests {
    private static func image(_ probabilities: [Double], label: Int?) -> ClassifiedImage {
        ClassifiedImage(
            source: "a.png", label: label, polarity: .darkOnLight, rows: 2, columns: 4,
            pixels: [UInt8](repeating: 255, count: 8), probabilities: probabilities,
            predicted: probabilities.argmax())
    }

    private static func text(
        _ style: TerminalImage.Style, width: Int = 80, guessesPolarity: Bool = false
    ) -> PredictionText {
        PredictionText(style: style, width: width, guessesPolarity: guessesPolarity)
    }

    @Test
    func `a line has the class, the probability, whether it is right, and the assumptions`() {
        let probabilities = [0.125, 0.875]
        func line(_ label: Int?, _ guessesPolarity: Bool = false) -> String {
            Self.text(.ascii, guessesPolarity: guessesPolarity).line(Self.image(probabilities, label: label))
        }
        #expect(line(nil) == "a.png: 1 (87.50 %)")
        #expect(line(1) == "a.png: 1 (87.50 %), correct")
        #expect(line(0) == "a.png: 1 (87.50 %), wrong: label 0")
        #expect(line(nil, true) == "a.png: 1 (87.50 %), read as dark-on-light (if wrong, give --polarity)")
    }

    @Test
    func `bars are beside the picture, or below it in a narrow terminal`() {
        let image = Self.image([0.25, 0.7, 0.05], label: 1)
        #expect(
            Self.text(.ascii).drawing(image) == """
                a.png: 1 (70.00 %), correct
                @@@@@@@@    0  #####                 25.00 %
                @@@@@@@@    1  ##############        70.00 %  label
                            2  #                      5.00 %
                """)
        #expect(
            Self.text(.shades, width: 50).drawing(Self.image([0.25, 0.7, 0.05], label: 2)) == """
                a.png: 1 (70.00 %), wrong: label 2
                ████████
                ████████
                 0  █████                 25.00 %
                 1  ██████████████        70.00 %
                 2  █                      5.00 %  label
                """)
    }

    @Test
    func `names of classes are aligned, and of many classes the most probable are shown`() throws {
        var image = Self.image([0.25, 0.7, 0.05], label: 0)
        image.classNames = ["Coat", "Ankle boot", "Bag"]
        #expect(
            Self.text(.ascii).drawing(image) == """
                a.png: Ankle boot (70.00 %), wrong: label Coat
                @@@@@@@@         Coat  #####                 25.00 %  label
                @@@@@@@@   Ankle boot  ##############        70.00 %
                                  Bag  #                      5.00 %
                """)
        // Two columns are missing.
        #expect(Self.text(.ascii, width: 58).drawing(image).split(separator: "\n").count == 6)
        #expect(Self.text(.ascii, width: 59).drawing(image).split(separator: "\n").count == 4)
        #expect(
            try image.json().hasSuffix(
                #""predicted_name":"Ankle boot","probabilities":[0.25,0.7,0.05],"probability":0.7,"source":"a.png"}"#
            ))
        #expect(try image.json().contains(#""label_name":"Coat""#))
        #expect(try !Self.image([1], label: nil).json().contains("name"))

        var many = Self.image([0.01] + [Double](repeating: 0.02, count: 20) + [0.3, 0.29], label: 0)
        many.classNames = (0..<23).map { "c\($0)" }
        let bars = Self.text(.ascii, width: 20).drawing(many).split(separator: "\n").dropFirst(3)
        #expect(bars.map { $0.split(separator: " ")[0] } == ["c21", "c22"] + (1...8).map { "c\($0)" })
    }

    @Test(
        arguments: [
            (0.0, ""), (0.00625, "▏"), (0.05, "█"), (0.09375, "█▉"), (1, String(repeating: "█", count: 20)),
            (.nan, ""),
        ])
    func `bars have a resolution of an eighth of a character`(_ probability: Double, _ bar: String) {
        let drawing = Self.text(.shades, width: 20).drawing(Self.image([probability, 0], label: nil))
        let line = drawing.split(separator: "\n")[3]
        #expect(line.hasPrefix(" 0  \(bar) "))
    }

    @Test
    func `only terminals with colour show green, and red for a mistake`() {
        for (label, code) in [(1, "32"), (0, "31")] {
            let drawing = Self.text(.palette).drawing(Self.image([0.25, 0.75], label: label))
            #expect(drawing.contains("\u{1B}[\(code)m███████████████\u{1B}[0m"))
        }
        for style in [TerminalImage.Style.ascii, .shades] {
            #expect(!Self.text(style).drawing(Self.image([0.25, 0.75], label: 1)).contains("\u{1B}"))
        }
    }
}

import Foundation
import ImageClassification
import NeuralNetworks
import Platform
import RunSamples
import Runs
import SequenceClassification
import TestSupport
import Testing
import Training

@testable import RunsPage

/// The answers about a run's steps and weights.
@Suite("Views of time and weights") struct TimeAnswerTests {
    private let directory = try! TemporaryDirectory()
    private let page: RunsPage

    init() { page = RunsPage(root: directory.file("runs"), access: PageGuard(hosts: [])) }

    private func get(_ target: String) -> (status: Int, headers: [String: String], text: String) {
        let answer = page.answer(method: "GET", target: target, headers: ["Host": "x"], body: [])
        guard case .bytes(let bytes) = answer.body else { return (answer.status, answer.headers, "") }
        return (answer.status, answer.headers, String(decoding: bytes, as: UTF8.self))
    }

    private func object(_ target: String) throws -> [String: Any] {
        // A step may need some time.
        for _ in 0..<400 {
            let answer = get(target)
            if answer.status == 202 { continue }
            #expect(answer.status == 200, "\(answer.text)")
            return try #require(JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any])
        }
        Issue.record("\(target) was not computed")
        return [:]
    }

    private func run(_ change: (inout ImageTraining.Options) -> Void = { _ in }) throws -> RunDirectory {
        var options = try TrainedRun.options(in: directory)
        change(&options)
        return try TrainedRun.train(ImageTraining(options))
    }

    @Test func `a step is answered with the run's parameters and states`() throws {
        let run = try run()
        let own = try #require(try CheckpointStore(run).undamaged(atStep: 10))
        try TrainedRun.keep([6, 24], of: run)
        let answer = try object("/api/at?id=\(run.name)&step=10&image=3")
        #expect(answer["sha256"] as? String == ReplayedState.sha256(of: own.parameters))
        #expect(answer["from_step"] as? Int == 6 && answer["computed_steps"] as? Int == 4)
        #expect(answer["step"] as? Int == 10 && answer["epoch"] as? Int == 1)
        let image = try #require(answer["image"] as? [String: Any])
        let images = try #require(try ImageTraining(options(of: run)).data().test())
        #expect(image["pixels"] as? String == Data(images[3].pixels).base64EncodedString())
        #expect(image["label"] as? Int == images[3].label && image["rows"] as? Int == images.rows)
        let outputs = own.engine(threads: 1).evaluateWithOutputs(images.sequences).outputs
        let expected = Softmax.probabilities(Array(outputs[12..<16]))
        let found = try #require(answer["probabilities"] as? [Double])
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-5 } && found.count == 4)
        let layers = try #require(answer["layers"] as? [[String: Any]])
        let directions = layers.compactMap { $0["directions"] as? [[String: Any]] }
        #expect(layers.count == 2 && directions.map(\.count) == [2, 2])
        let first = try #require(directions.first?.first)
        #expect((first["states"] as? [[Double]])?.map(\.count) == [Int](repeating: 5, count: 6))
        #expect(
            (first["gates"] as? [String: Any])?.keys.sorted() == ["candidate", "forget", "input", "output"])
        #expect((first["gradient_norms"] as? [Double])?.count == 6)
    }

    private func options(of run: RunDirectory) throws -> ImageTraining.Options {
        try RunFile.read(StoredOptions<ImageTraining.Options>.self, from: run.configuration).options
    }

    @Test(arguments: [
        ("step=25", 404), ("step=-1", 400), ("step=x", 400), ("", 400), ("step=2&image=20", 400),
        ("step=2&image=-1", 400), ("step=2&image=99999999999999999999", 400),
        ("step=2&split=validation", 400),
    ])
    func `a step or an image that there is not is refused`(_ query: String, status: Int) throws {
        let run = try run()
        let answer = get("/api/at?id=\(run.name)&\(query)")
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.text.contains("expected"))
    }

    @Test func `training images are shown, and the test images of a run without an evaluation are not`()
        throws
    {
        let run = try run { ($0.validation, $0.test) = (8, false) }
        #expect(get("/api/at?id=\(run.name)&step=2").status == 409)
        let answer = try object("/api/at?id=\(run.name)&step=2&split=train&image=31")
        let images = try ImageTraining(options(of: run)).data().train
        #expect(
            (answer["image"] as? [String: Any])?["pixels"] as? String
                == Data(images[31].pixels).base64EncodedString())
        #expect(get("/api/at?id=\(run.name)&step=2&split=train&image=32").status == 400)
    }

    @Test func `changed data, a run without checkpoints and an unknown run are answers in words`() throws {
        let run = try run()
        try TrainedRun.keep([24], of: run)
        let path = FilePath.join(try options(of: run).data, "train-images-idx3-ubyte")
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[30] ^= 1
        try bytes.write(to: URL(filePath: path))
        var answer = get("/api/at?id=\(run.name)&step=3")
        for _ in 0..<400 where answer.status == 202 { answer = get("/api/at?id=\(run.name)&step=3") }
        #expect(answer.status == 409 && answer.text.contains("changed"))
        try TrainedRun.keep([], of: run)
        #expect(get("/api/at?id=\(run.name)&step=3").status == 409)
        #expect(get("/api/histograms?id=\(run.name)").status == 409)
        #expect(get("/draw?id=\(run.name)").status != 200)
        for address in ["at", "histograms", "confusion", "model"] {
            #expect(get("/api/\(address)?id=none&step=1&label=0&predicted=0").status == 404)
            #expect(get("/api/\(address)?step=1").status == 400)
        }
    }

    private func wait(_ target: String) -> (status: Int, headers: [String: String], text: String) {
        var answer = get(target)
        for _ in 0..<400 where answer.status == 202 { answer = get(target) }
        return answer
    }

    @Test func `steps before changed options, and steps of another version, are refused with advice`() throws
    {
        let run = try run { $0.epochs = 2 }
        var options = try options(of: run)
        (options.epochs, options.learningRate) = (4, 1e-3)
        try TrainedRun.train(ImageTraining(options), continuing: run)
        try TrainedRun.keep([24], of: run)
        let changed = wait("/api/at?id=\(run.name)&step=15")
        #expect(changed.status == 409 && changed.text.contains("after step 12"), "\(changed.text)")
        #expect(changed.text.contains("from step 24 on"), "\(changed.text)")
        let text = try String(contentsOfFile: run.configuration, encoding: .utf8)
        try text.replacing(#""\#(PackageVersion.current)""#, with: #""0.0.9""#)
            .write(toFile: run.configuration, atomically: true, encoding: .utf8)
        let old = wait("/api/at?id=\(run.name)&step=15")
        #expect(old.status == 409 && old.text.contains("version 0.0.9"), "\(old.text)")
        #expect(get("/api/at?id=\(run.name)&step=24").status == 200)
    }

    @Test func `images whose files changed are read again`() throws {
        let run = try run()
        func image(_ split: String) throws -> (pixels: String?, label: Int?) {
            let answer = try object("/api/at?id=\(run.name)&step=24&split=\(split)&image=2")
            let image = try #require(answer["image"] as? [String: Any])
            return (image["pixels"] as? String, image["label"] as? Int)
        }
        let before = try image("test")
        #expect(try image("test") == before)
        let path = FilePath.join(try options(of: run).data, "t10k-images-idx3-ubyte")
        var bytes = try Data(contentsOf: URL(filePath: path))
        for place in 16..<bytes.count { bytes[place] ^= 0xFF }
        try bytes.write(to: URL(filePath: path))
        #expect(try image("test").pixels != before.pixels)
        // Another training set is not the run's.
        _ = try image("train")
        let training = FilePath.join(try options(of: run).data, "train-images-idx3-ubyte")
        bytes = try Data(contentsOf: URL(filePath: training))
        bytes[20] ^= 1
        try bytes.write(to: URL(filePath: training))
        #expect(get("/api/at?id=\(run.name)&step=24&split=train&image=2").status == 409)
        try FileManager.default.removeItem(atPath: path)
        #expect(get("/api/at?id=\(run.name)&step=24&image=2").status != 200)
    }

    @Test func `trainings that are repeated share a training set with the images that are shown`() throws {
        let first = try run()
        let second = try run { $0.hiddenSize = 7 }
        let other = try run { $0.validation = 8 }
        for run in [first, second, other] { try TrainedRun.keep([24], of: run) }
        let path = FilePath.join(try options(of: first).data, "train-images-idx3-ubyte")
        func setTime() throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: path)
        }
        try setTime()
        _ = try object("/api/histograms?id=\(first.name)&step=3")
        // The file has other images now, but nothing tells it.
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[20] ^= 1
        try bytes.write(to: URL(filePath: path))
        try setTime()
        _ = try object("/api/histograms?id=\(second.name)&step=3")
        _ = try object("/api/at?id=\(second.name)&step=24&split=train")
        #expect(wait("/api/histograms?id=\(other.name)&step=3").status == 409)
    }

    @Test func `runs of sequences have histograms of any step, and no images`() throws {
        let lines = (0..<40).map { "\($0 % 7).5,\($0 % 3):" + ["a", "b"][$0 % 2] }
        var options = SequenceTraining.Options()
        options.data = try directory.add(
            "x.ts", "@classLabel true a b\n@data\n" + lines.joined(separator: "\n"))
        (options.runs, options.name, options.epochs) = (directory.file("runs"), "s", 3)
        (options.checkpoints.every, options.checkpoints.kept, options.threads) = (.steps(1), 100, 1)
        let run = try TrainedRun.train(SequenceTraining(options: options))
        let store = CheckpointStore(run)
        let own = try #require(try store.undamaged(atStep: 4))
        try TrainedRun.keep([try #require(try store.steps().last)], of: run)
        let answer = try object("/api/histograms?id=\(run.name)&step=4")
        let parameters = try #require(answer["parameters"] as? [[String: Any]])
        for (parameter, found) in zip(own.model.layout.parameters, parameters) {
            let values = own.parameters[parameter.range]
            #expect(found["name"] as? String == parameter.name)
            let least = try #require(found["min"] as? Double)
            #expect(try abs(least - Double(#require(values.min()))) < 1e-12)
            #expect((found["counts"] as? [Int])?.reduce(0, +) == values.count)
        }
        #expect(get("/api/at?id=\(run.name)&step=4").status == 409)
        #expect(get("/draw?id=\(run.name)").status == 409)
    }

    @Test func `histograms count every number once`() {
        typealias Parameter = HistogramContent.Parameter
        let values: [Float] = [-1, -0.5, 0, 0.25, 1, .nan, .infinity]
        let found = Parameter("w", shape: [7], values)
        #expect(found.counts.count == 64 && found.counts.reduce(0, +) == 5 && found.notFinite == 2)
        #expect(found.counts[0] == 1 && found.counts[16] == 1 && found.counts[32] == 1)
        #expect(found.counts[40] == 1 && found.counts[63] == 1)
        #expect(found.min == -1 && found.max == 1 && found.mean == -0.05 && found.edges == [-1, 1])
        let same = Parameter("b", shape: [3], [2, 2, 2] as [Float])
        #expect(same.counts.reduce(0, +) == 3 && same.edges[0] < 2 && same.edges[1] > 2)
        #expect(Parameter("none", shape: [1], [Float.nan]).counts.allSatisfy { $0 == 0 })
    }

    @Test func `a cell of the confusion matrix has its images, the most confident first`() throws {
        let run = try run()
        let images = try #require(try ImageTraining(options(of: run)).data().test())
        let model = try ImageModel(run.path, root: directory.file("runs"))
        let evaluation = Evaluation(
            model.checkpoint.engine(threads: 1), on: images, split: "test", mistakeCount: 0)
        var count = 0
        for label in 0..<4 {
            for predicted in 0..<4 {
                let answer = try object("/api/confusion?id=\(run.name)&label=\(label)&predicted=\(predicted)")
                let cell = try #require(answer["images"] as? [[String: Any]])
                #expect(answer["count"] as? Int == evaluation.confusion[label][predicted])
                count += cell.count
                let shares = cell.compactMap { $0["probability"] as? Double }
                #expect(shares == shares.sorted(by: >))
                for image in cell {
                    let index = try #require(image["index"] as? Int)
                    #expect(images[index].label == label)
                    #expect(image["pixels"] as? String == Data(images[index].pixels).base64EncodedString())
                }
            }
        }
        #expect(count == images.count)
        #expect(get("/api/confusion?id=\(run.name)&label=4&predicted=0").status == 400)
        // The evaluation was made with another checkpoint.
        var summary = try RunSummary.read(run)
        summary.scoredEpoch = 0
        try summary.write(to: run)
        #expect(get("/api/confusion?id=\(run.name)&label=0&predicted=0").status == 409)
    }

    @Test func `the page to draw has its own policy, and the weights of the chosen checkpoint`() throws {
        let run = try run { $0.validation = 8 }
        let answer = get("/draw?id=\(run.name)&language=ko")
        #expect(answer.status == 200 && answer.text.contains("<html lang=\"ko\">"))
        let policy = try #require(answer.headers["Content-Security-Policy"])
        #expect(policy.hasPrefix("default-src 'none'; img-src data:; script-src 'sha256-"))
        #expect(policy.hasSuffix("frame-ancestors 'self'") && !policy.contains("unsafe"))
        let data = try object("/api/model?id=\(run.name)")
        let newest = try #require(try CheckpointStore(run).newest()).checkpoint
        #expect(data["step"] as? Int == newest.stepCount)
        let bytes = newest.parameters.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
        #expect(data["weights"] as? String == Data(bytes).base64EncodedString())
        let best = try #require(try CheckpointStore(run).best()).checkpoint
        #expect(try object("/api/model?id=\(run.name)&checkpoint=best")["step"] as? Int == best.stepCount)
        #expect(get("/api/model?id=\(run.name)&checkpoint=first").status == 400)
        #expect(get("/draw?id=\(run.name)&language=fr").status == 400)
    }
}

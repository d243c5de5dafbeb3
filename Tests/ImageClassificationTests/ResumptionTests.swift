import Foundation
import Platform
import RunSamples
import Runs
import TestSupport
import Testing
import Training
import TrainingSamples

@testable import ImageClassification

@Suite("Resuming a run")
struct ResumptionTests {
    private let recorded: RecordedRun
    private let root: String

    /// Creates a run with a configuration and one checkpoint.
    init() throws {
        recorded = try RecordedRun()
        root = recorded.directory.path + "/.."
        try configure { $0.epochs = 7 }
        try save(options: "{}")
    }

    private func configure(_ change: (inout ImageTraining.Options) -> Void) throws {
        var options = ImageTraining.Options()
        change(&options)
        try recorded.directory.add("config.json", #"{"options":\#(JSON.text(options)),"more":[1]}"#)
    }

    private func save(options: String) throws {
        let checkpoint = Checkpoint(
            of: Trainer(model: tinyModel, threads: 1),
            details: .init(options: options, data: "d"))
        try CheckpointStore(recorded.run).save(checkpoint, isBest: false)
    }

    private func resume() throws -> Resumption<ImageTraining.Options> {
        try Resumption<ImageTraining.Options>(recorded.run.path, root: root)
    }

    @Test
    func `the checkpoint's options take precedence over the configuration's`()
        throws
    {
        var options = ImageTraining.Options()
        (options.epochs, options.momentum, options.threads) = (9, 0.5, 1000)
        try save(options: options.decisiveText())
        let resumption = try resume()
        #expect(resumption.options.epochs == 9 && resumption.options.momentum == 0.5)
        #expect(resumption.options.threads == UsableCores.count)
        #expect(resumption.checkpoint?.stepCount == 0 && resumption.notices == [])
        #expect(throws: RunError.inUse(run: recorded.run.path)) { try resume() }
        #expect(error(RunError.self) { try resumption.check(data: "e") } != nil)
        try resumption.check(data: "d")
    }

    @Test
    func `invalid options are errors that name the file`() throws {
        for text in ["", "[]", #"{"epochs":"many"}"#, #"{"hidden_size":1.5}"#] {
            try save(options: text)
            let found = error(CheckpointError.self) { _ = try resume() }
            guard case .invalid("options", _)? = found?.problem else {
                Issue.record("\(text): \(String(describing: found))")
                continue
            }
        }
        var options = ImageTraining.Options()
        options.hiddenSize = -1
        try save(options: options.decisiveText())
        #expect(
            error(CheckpointError.self) { _ = try resume() }?.problem
                == .invalid("options", "--hidden-size must be 1 to 2048, not -1"))
        try save(options: ImageTraining.Options().decisiveText())
        try configure { $0.threads = 0 }
        #expect(
            error(RunError.self) { _ = try resume() }
                == .invalidFile(
                    path: recorded.run.configuration,
                    reason: "--threads must be 1 to 1024, not 0"))
    }

    @Test
    func `a run of an older version has current defaults for options it lacks`() throws {
        func without(_ name: String, _ text: String) throws -> String {
            var values: [String: JSONValue] = try JSON.value(from: text)
            #expect(values.removeValue(forKey: name) != nil)
            return try JSON.text(values, pretty: false)
        }
        var options = ImageTraining.Options()
        options.epochs = 9
        options.augment = .shift
        try save(options: without("augment", options.decisiveText()))
        let path = recorded.run.configuration
        var file: [String: JSONValue] = try JSON.read(from: path)
        file["options"] = try JSON.value(from: without("augment", JSON.text(options)))
        try JSON.write(file, to: path)
        #expect(try resume().options.epochs == 9)
        #expect(try Resumption<ImageTraining.Options>(recorded.run.path, root: root).options.augment == .none)
    }

    @Test
    func `a run without configuration never began, and a damaged one is an error`() throws {
        try recorded.directory.add("config.json", "{")
        guard
            case .invalidFile(recorded.run.configuration, _)? = error(
                RunError.self, from: { _ = try resume() })
        else {
            Issue.record("another error")
            return
        }
        try FileManager.default.removeItem(atPath: recorded.run.configuration)
        #expect(error(RunError.self) { _ = try resume() } == .neverBegan(run: recorded.run.path))
    }
}

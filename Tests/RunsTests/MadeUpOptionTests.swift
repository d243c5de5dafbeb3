import ArgumentParser
import Commands
import Platform
import TestSupport
import Testing
import Training

@testable import Runs

/// The options of a made-up tool. An option needs only its property, its field and its `@Option`.
private struct MadeUpOptions: TrainingOptions {
    var epochs = 10
    var sparkle = 0.25
    var name = "made-up"

    static let program = Program(name: "made-up", options: MadeUpOptions.self, metrics: [])
    static let fields: [OptionField<Self>] = [
        .init("epochs", \.epochs, .range(1...100)),
        .init("sparkle", \.sparkle, .share, use: .with("--epochs 10 or more") { $0.epochs >= 10 }),
        .init("name", \.name, .runName, .display),
    ]
}

private struct MadeUpArguments: RunArguments {
    typealias Options = MadeUpOptions

    @Option var epochs: Int?
    @Option var sparkle: Double?
    @Option var name: String?
}

@Suite("Made-up option")
struct MadeUpOptionTests {
    private let directory: TemporaryDirectory
    private let run: RunDirectory

    init() throws {
        directory = try TemporaryDirectory()
        run = RunDirectory(path: directory.file("20260131-235959-made-up"))
        try Directory.make(run.path)
    }

    private func write(_ options: MadeUpOptions) throws {
        struct File: Encodable {
            var program = "made-up"
            var options: MadeUpOptions
        }
        try JSON.write(File(options: options), to: run.configuration)
    }

    private func given(_ words: String...) throws -> MadeUpOptions {
        let arguments = try MadeUpArguments.parse(words)
        let given = GivenOptions<MadeUpOptions>(arguments.given)
        let options = given.applied(to: MadeUpOptions())
        if let conflict = given.conflict(in: options) { throw ValidationError(conflict) }
        return options
    }

    @Test
    func `the command line sets it within its bounds where it has an effect`() throws {
        #expect(try given("--sparkle", "0.5").sparkle == 0.5)
        #expect(try given().sparkle == 0.25)
        func message(_ words: String...) -> String {
            do {
                let arguments = try MadeUpArguments.parse(words)
                let given = GivenOptions<MadeUpOptions>(arguments.given)
                return given.conflict(in: given.applied(to: MadeUpOptions())) ?? ""
            } catch {
                return MadeUpArguments.message(for: error)
            }
        }
        #expect(message("--sparkle", "1") == "--sparkle must be 0 or more and below 1, not 1.0.")
        #expect(
            message("--sparkle", "0.5", "--epochs", "9")
                == "--sparkle has an effect only with --epochs 10 or more")
    }

    @Test
    func `config.json contains it, and recipes accept and reject the same as the command line`() throws {
        var options = MadeUpOptions()
        options.sparkle = 0.5
        let text = try JSON.text(options, pretty: false)
        #expect(text == #"{"epochs":10,"name":"made-up","sparkle":0.5}"#)
        #expect(try JSON.value(MadeUpOptions.self, from: text) == options)
        #expect(try MadeUpOptions(recipe: ["sparkle": .number(0.5)]) == options)
        #expect(
            try MadeUpOptions(recipe: ["sparkle": .integer(1)]).complaint
                == "--sparkle must be 0 or more and below 1, not 1.0")
        func problem(_ object: [String: JSONValue]) -> String? {
            error(OptionFault.self) { _ = try MadeUpOptions(recipe: object) }?.description
        }
        #expect(problem(["sparkel": .number(0.5)]) == #"unknown option "sparkel"; did you mean "sparkle"?"#)
        #expect(problem(["xyzzy": .null]) == #"unknown option "xyzzy""#)
        #expect(problem(["sparkle": .text("much")]) == #""sparkle": expected a number, found "much""#)
        options.epochs = 9
        #expect(options.idleComplaint == "--sparkle has an effect only with --epochs 10 or more")
        #expect(options.effective.sparkle == 0.25)
    }

    @Test
    func `a resume names a difference and a sweep may vary it`() throws {
        var options = MadeUpOptions()
        options.sparkle = 0.5
        #expect(
            MadeUpOptions().differences(to: options) == [
                "--sparkle: the run has 0.25, the command line gives 0.5"
            ])
        #expect(try MadeUpOptions().with(decisive: options.decisiveText()) == options)
        #expect(!options.trainsSameWeights(as: MadeUpOptions()))
        let sparkle = MadeUpOptions.program.options.first { $0.key == "sparkle" }
        #expect(sparkle?.inSweep == .free && sparkle?.scope == .weights)
    }

    @Test
    func `reports list it with the command that reproduces the run`() throws {
        var options = MadeUpOptions()
        (options.sparkle, options.name) = (0.5, "other")
        try write(options)
        let configuration = try RunConfiguration(run, of: [MadeUpOptions.program])
        #expect(configuration.listed.map(\.name) == ["--epochs", "--sparkle", "--name"])
        #expect(configuration.listed.map(\.isDefault) == [true, false, true])
        #expect(configuration.reproduceCommand == ["made-up", "--sparkle", "0.5"])
        let text = RunDescription(run, of: [MadeUpOptions.program]).text()
        #expect(text.contains("Options that differ from the defaults:\n  --sparkle 0.5\n"))
        // A tool that does not know the program lists the options in the file.
        let stranger = RunDescription(run, of: []).text()
        #expect(stranger.contains("Options:\n  --epochs 10\n  --name other\n  --sparkle 0.5\n"))
    }
}

import Foundation
import Testing

@Suite("Options that a resume refuses", .timeLimit(.minutes(60))) struct ResumeOptionsTests {
    /// Trains a run, tries to resume it with options, and returns the error message. The exit code must be 64, and
    /// nothing may be changed except the end of the log.
    private func refusal(
        of options: [String], after: [String] = [], noted: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let place = try Workplace()
        let first = ["--epochs", "1", "--hidden-size", "4", "--layers", "1", "--readout", "last"]
        try #require(try Tool.run(place.places + first + after).exitCode == 0)
        var expected = try FileTree(at: place.runs)
        let outcome = try Tool.run(place.places + ["--resume", "latest", "--epochs", "2"] + options)
        #expect(outcome.exitCode == 64, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.output == "", sourceLocation: sourceLocation)
        if noted, case .file(let log)? = expected.entries["\(place.runNames[0])/train.log"] {
            expected.entries["\(place.runNames[0])/train.log"] = .file(log + Array(outcome.errors.utf8))
        }
        let found = try FileTree(at: place.runs)
        #expect(found.differences(from: expected) == [], sourceLocation: sourceLocation)
        return outcome.errors
    }

    @Test(
        arguments: [("--hidden-size", "5"), ("--cell", "gru"), ("--readout", "mean")],
        [[], ["--allow-changes"]])
    func `another model than the checkpoint's is refused`(
        option: (name: String, value: String), allowed: [String]
    )
        throws
    {
        let message = try refusal(of: [option.name, option.value] + allowed)
        #expect(
            message.contains(
                ", the command line gives \(option.value)\nThe data set and the model of a run cannot change"),
            "\(message)")
    }

    /// The error is also written to the log.
    @Test
    func `another optimizer than the checkpoint's is refused`() throws {
        let optimizer = try refusal(of: ["--optimizer", "sgd", "--allow-changes"], noted: true)
        #expect(
            optimizer.contains(
                #"of an optimizer with the state ["momentum_buffer"], found one with the state ["exp_avg", "exp_avg_sq"]"#
            ),
            "\(optimizer)")
    }

    @Test(arguments: [(0, 30), (30, 0), (30, 31)], [[], ["--allow-changes"]])
    func `another validation set is refused`(counts: (Int, Int), allowed: [String]) throws {
        let message = try refusal(
            of: ["--validation", "\(counts.1)"] + allowed, after: ["--validation", "\(counts.0)"])
        #expect(
            message.contains(
                "\n  --validation: the run has \(counts.0), the command line gives \(counts.1)\n"),
            "\(message)")
        #expect(
            message.contains("The validation set of a run cannot change, not even with --allow-changes"),
            "\(message)")
    }

    /// The seed determines the validation images.
    @Test
    func `another seed is refused if the run has a validation set`() throws {
        let message = try refusal(of: ["--seed", "1", "--allow-changes"], after: ["--validation", "30"])
        #expect(message.contains("\n  --seed: the run has 0, the command line gives 1\n"), "\(message)")
    }
}

import Foundation
import Platform
import TestSupport
import Testing
import TrainingSamples

@testable import Runs
@testable import Training

@Suite("summary.json")
struct RunSummaryTests {
    private func full(_ number: Double) -> RunSummary {
        var summary = RunSummary()
        summary.state = .stopped
        summary.reason = "\"é\n"
        (summary.epochs, summary.steps, summary.scoredEpoch) = (3, 1407, 2)
        (summary.trainingSeconds, summary.secondsOfEpoch, summary.samplesPerSecond) = (number, number, number)
        summary.best = .init(epoch: 2, loss: number)
        (summary["accuracy", .train], summary["loss", .train]) = (number, number)
        (summary["accuracy", .validation], summary["loss", .validation]) = (number, number)
        (summary["accuracy", .test], summary["standard_error", .test], summary["loss", .test]) = (
            number, number, number
        )
        (
            summary["accuracy", .averagedTest], summary["standard_error", .averagedTest],
            summary["loss", .averagedTest]
        ) = (
            number, number, number
        )
        (summary["accuracy", .averagedValidation], summary["loss", .averagedValidation]) = (number, number)
        summary.peakMemoryBytes = .max
        return summary
    }

    @Test(arguments: [0.1 + 0.2, 1e300, -.infinity, .infinity, .nan])
    func `a summary is read back`(number: Double) throws {
        let directory = try TemporaryDirectory()
        let run = RunDirectory(path: directory.path)
        for summary in [full(number), RunSummary()] {
            try summary.write(to: run)
            var read = try RunSummary.read(run)
            read.updated = summary.updated
            // The texts are compared, because NaN differs from itself.
            #expect(try JSON.text(read) == JSON.text(summary))
            if !number.isNaN { #expect(read == summary) }
            #expect(try text(run.summary).hasSuffix("}\n"))
        }
    }

    @Test func `the speed has the name of the samples, and a former file of sequences is read`() throws {
        var summary = full(0.5)
        #expect(try JSON.text(summary).contains(#""images_per_second" : 0.5"#))
        summary.sample = .sequence
        let text = try JSON.text(summary)
        #expect(text.contains(#""sequences_per_second" : 0.5"#) && !text.contains("images"))
        #expect(try JSON.value(RunSummary.self, from: text) == summary)
        let former = text.replacing("sequences_per_second", with: "images_per_second")
        #expect(try JSON.value(RunSummary.self, from: former).samplesPerSecond == 0.5)
    }

    @Test(arguments: ["", "{}", "[", #"{"state":"lost"}"#])
    func `a damaged summary is an error with its path`(content: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("summary.json", content)
        guard
            case .invalidFile(path, _)? = error(
                RunError.self, from: { _ = try RunSummary.read(RunDirectory(path: directory.path)) })
        else {
            Issue.record("another error")
            return
        }
    }

    @Test
    func `a resumed run has no trace of its former end`() throws {
        let former = full(5)
        var summary = former
        summary.continue(from: nil)
        var fresh = RunSummary()
        fresh.started = former.started
        fresh.updated = summary.updated
        #expect(summary == fresh)

        summary = former
        let checkpoint = try SampleCheckpoint.checkpoint()
        summary.continue(from: checkpoint)
        #expect(summary.state == .running && summary.reason == nil)
        #expect(
            summary["accuracy", .test] == nil && summary["loss", .train] == nil && summary.scoredEpoch == nil)
        #expect(summary.epochs == 1 && summary.steps == 5 && summary.best == checkpoint.state.best)
        #expect(summary.trainingSeconds == 5 && summary.secondsOfEpoch == 0)
        summary.secondsOfEpoch = 7
        summary.continue(from: checkpoint)
        #expect(summary.secondsOfEpoch == 7)
    }
}

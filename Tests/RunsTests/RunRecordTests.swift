import Console
import Foundation
import ImageClassification
import RunSamples
import Testing

@testable import Runs

@Suite struct RunRecordTests {
    @Test(arguments: [RunState.finished, .stopped, .failed])
    func `the state is the summary's`(state: RunState) throws {
        let sample = try SampleRun()
        try SampleRun.summary(state).write(to: sample.run)
        #expect(RunRecord(sample.run, of: [.mnistBiLSTM]).state == state)
    }

    @Test func `a run is running while its lock is held`() throws {
        let sample = try SampleRun()
        try SampleRun.summary(.running).write(to: sample.run)
        try withExtendedLifetime(RunDirectory.Lock(sample.run)) {
            #expect(RunRecord(sample.run, of: [.mnistBiLSTM]).state == .running)
        }
        // The run was killed: nobody writes to it, and the summary does not contain that.
        let killed = RunRecord(sample.run, of: [.mnistBiLSTM])
        #expect(killed.state == .failed)
        #expect(killed.reason?.contains("killed") == true)
        #expect(!killed.canResume, "without its options")
        try sample.configure { _ in }
        #expect(RunRecord(sample.run, of: [.mnistBiLSTM]).canResume)
    }

    @Test func `an empty directory is a run that never began`() throws {
        let record = RunRecord(try SampleRun().run, of: [.mnistBiLSTM])
        #expect(record.state == .failed)
        #expect(record.reason == "ended before it started training")
        #expect(record.problems.isEmpty)
        #expect(record.started == "2026-01-31T23:59:59Z", "as its name says")
        #expect(record.epochs == 0)
    }

    @Test func `an unreadable file is named`() throws {
        for name in ["config.json", "summary.json", "metrics.csv", "evaluation.json"] {
            let sample = try SampleRun.finished()
            let path = sample.run.path + "/" + name
            try FileManager.default.removeItem(atPath: path)
            #expect(
                RunRecord(sample.run, of: [.mnistBiLSTM]).problems.isEmpty,
                "a file that is missing is no damaged one")
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            let record = RunRecord(sample.run, of: [.mnistBiLSTM])
            #expect(record.problems.count == 1 && record.problems[0].hasPrefix("\(path): "))
            #expect((record.state == .damaged) == (name == "config.json" || name == "summary.json"))
        }
    }

    @Test(arguments: ["config.json", "summary.json", "evaluation.json"])
    func `a file may end at any byte`(name: String) throws {
        let sample = try SampleRun.finished()
        let file = URL(filePath: sample.run.path + "/" + name)
        let whole = try Data(contentsOf: file)
        for count in stride(from: 0, to: whole.count - 1, by: 7) {
            try whole.prefix(count).write(to: file)
            let record = RunRecord(sample.run, of: [.mnistBiLSTM])
            try #require(record.problems.count == 1, "\(name) of \(count) bytes: \(record.problems)")
            #expect(record.problems[0].hasPrefix(file.path + ": "))
        }
    }

    @Test(
        arguments: [
            #"{"split":"test","classes":[],"confusion":[],"loss":1,"mistakes":[]}"#,
            #"{"split":"test","classes":["a"],"confusion":[[0]],"loss":1,"mistakes":[]}"#,
            #"{"split":"test","classes":["a","b"],"confusion":[[1]],"loss":1,"mistakes":[]}"#,
            #"{"split":"test","classes":["a"],"confusion":[[-1]],"loss":1,"mistakes":[]}"#,
            #"{"split":"test","classes":["a"],"confusion":[[9223372036854775807]],"loss":1,"mistakes":[]}"#,
            #"""
            {"split":"test","classes":["a"],"confusion":[[1]],"loss":1,"mistakes":[{"index":0,"label":0,"predicted":1,
            "probability":1,"probability_of_label":0}]}
            """#,
        ])
    func `impossible scores are rejected`(text: String) throws {
        let sample = try SampleRun()
        try Data(text.utf8).write(to: URL(filePath: sample.run.evaluation))
        let record = RunRecord(sample.run, of: [.mnistBiLSTM])
        #expect(record.evaluation == nil)
        #expect(record.problems.count == 1)
        #expect(ImageRunReport(record).html.contains("Files that cannot be read"))
    }

    @Test func `commands are quoted for a shell`() throws {
        let sample = try SampleRun()
        try sample.configure {
            $0.epochs = 7
            $0.bidirectional = false
            $0.cell = .gru
            $0.clipNorm = 1.5
            $0.timeLimit = 90
            $0.checkpoints.every = .steps(20)
            $0.data = "it's here"
            $0.quiet = true
        }
        let record = RunRecord(sample.run, of: [.mnistBiLSTM])
        #expect(
            try ShellWords.quoted(#require(record.configuration?.reproduceCommand)) == #"""
                mnist-bilstm --epochs 7 --clip-norm 1.5 --cell gru --no-bidirectional --checkpoint-every 20steps --data \#
                'it'\''s here'
                """#)
        try sample.configure { $0.initFrom = "model.pt" }
        #expect(
            try ShellWords.quoted(
                #require(RunRecord(sample.run, of: [.mnistBiLSTM]).configuration?.reproduceCommand))
                == "mnist-bilstm --init-from model.pt --cell lstm --hidden-size 12 --layers 2 --bidirectional --readout all"
        )
        #expect(record.configuration?.words("time_limit") == ["--time-limit", "90s"])
        #expect(record.configuration?.words("quiet") == ["--quiet"])
        #expect(
            record.run.command("--resume", of: "mnist-bilstm") == [
                "mnist-bilstm", "--resume", SampleRun.name, "--runs", sample.directory.path,
            ])
        #expect(ShellWords.quoted(["", "a b", "$(c)", "d"]) == "'' 'a b' '$(c)' d")
    }

    /// The name that a person reads is the name of the option.
    @Test func `every option is listed in its place`() throws {
        let sample = try SampleRun()
        try sample.configure {
            $0.momentum = 0.5
            $0.weightDecay = 0.5
            $0.earlyStopping = 1
            $0.clipNorm = 1
            $0.clipValue = 1
            $0.timeLimit = 1
            $0.test = false
            $0.ema = 0.5
            ($0.teacher, $0.teacherWeight, $0.temperature) = ("a", 0.5, 2)
            ($0.initFrom, $0.freeze) = ("a", .fc)
            ($0.augmentShift, $0.augmentRotation, $0.augmentScale) = (1, 1, 0.5)
            ($0.augmentShear, $0.augmentElastic) = (1, 1)
        }
        let configuration = try RunConfiguration(sample.run, of: [.mnistBiLSTM])
        #expect(Set(configuration.names).symmetricDifference(configuration.options.keys) == [])
        #expect(configuration.names.last == "name", "one that is not in the list would follow it")
    }
}

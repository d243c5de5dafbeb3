import ArgumentParser
import Commands
import Console
import ImageClassification
import ImageCommands
import Runs

extension MNISTBiLSTM: ReportingTool {
    typealias Options = ImageTraining.Options
    typealias Training = Train

    static var runsWithoutReport: String {
        "were killed, that are still running or that an older version made"
    }

    static func writeReport(of record: RunRecord, in language: Language?) throws {
        try ImageRunReport(record, language: language).write()
    }
}

extension MNISTBiLSTM: ReplayingTool {
    static func replay(of run: RunDirectory, threads: Int) -> any RunReplaying {
        RunReplay<ImageTraining>(run, threads: threads)
    }
}

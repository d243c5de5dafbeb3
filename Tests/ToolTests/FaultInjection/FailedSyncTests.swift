import Foundation
import Testing

/// The system reports a failed write only once and may drop the bytes: the next `fsync` succeeds without them.
@Suite("Logs after a failed sync", .timeLimit(.minutes(60))) struct FailedSyncTests {
    static let logs = ["metrics.csv", "metrics.jsonl", "events.out.tfevents.000001"]

    @Test(arguments: logs, ["stop", "continue"]) func `logs are written again`(log: String, action: String)
        throws
    {
        let training = ShortTraining(epochs: 2).with("--on-save-error", action)
        let expected = try training.uninterrupted()
        let count = try training.operations().filter { $0.kind == .sync && $0.path.hasSuffix(log) }.count
        try #require(count >= 2)
        for number in 1...count {
            let place = try training.place()
            let disk = try DiskModel(place.path)
            let faults = Faults.fail(.sync, number, EIO, of: log)
            let outcome = try place.start(training, faults).finish()
            #expect(outcome.exitCode == 74, "\(faults)")

            let operations = try FileOperation.journal(place.journal)
            for operation in operations { try disk.apply(operation) }
            let ofLog = operations.filter { $0.path.hasSuffix(log) }
            let failed = try #require(ofLog.firstIndex { $0.kind == .sync && $0.error != 0 })
            let synced = ofLog[..<failed].lastIndex { $0.kind == .sync } ?? 0
            let lost = ofLog[synced..<failed].flatMap(\.bytes)
            let after = ofLog[(failed + 1)...]
            #expect(after.first?.kind == .truncate, "\(faults)")
            #expect(after.flatMap(\.bytes).starts(with: lost), "\(faults)")

            if action == "continue" {
                let files = try place.files()
                expectEqual(files, expected.withoutCheckpoints(missingIn: files), "\(faults)")
                // After the last synchronization nothing more is written.
                if number == count { continue }
                let lost = disk.tree(after: PowerCut(content: .lost, names: .lost))
                let name = try #require(disk.tree.entries.keys.first { $0.hasSuffix("/" + log) })
                #expect(lost.entries[name] == disk.tree.entries[name], "\(faults)")
            }
            try disk.tree(after: PowerCut(content: .lost, names: .kept)).write(to: place.path)
            let files = try place.finish(training)
            expectEqual(files, expected.withoutCheckpoints(missingIn: files), "\(faults)")
        }
    }
}

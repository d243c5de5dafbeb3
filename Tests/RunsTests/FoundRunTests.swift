import Platform
import TestSupport
import Testing

@testable import Runs

/// Runs found by their names, without the times.
@Suite struct FoundRunTests {
    /// Directories of runs that exist, the name asked for, and the directory found.
    static let cases: [(names: [String], name: String, found: String)] = [
        (["20260131-235959-gru"], "gru", "20260131-235959-gru"),
        // Runs of the same second: the highest number is the newest.
        (["20260131-235959-gru", "20260131-235959-gru-2"], "gru", "20260131-235959-gru-2"),
        (
            ["20260131-235959-gru", "20260131-235959-gru-2", "20260131-235959-gru-3"], "gru",
            "20260131-235959-gru-3"
        ),
        // A later time is newer than a higher number.
        (
            ["20260131-235959-gru", "20260131-235959-gru-2", "20260201-000000-gru"], "gru",
            "20260201-000000-gru"
        ),
        // A number after a gap belongs to a run that was named so.
        (["20260131-235959-gru", "20260131-235959-gru-3"], "gru", "20260131-235959-gru"),
        (["20260131-235959-gru", "20260131-235959-gru-3"], "gru-3", "20260131-235959-gru-3"),
    ]

    @Test(arguments: cases) func `the newest run of a name is found`(
        names: [String], name: String, found: String
    ) throws {
        let root = try TemporaryDirectory()
        for name in names {
            try Directory.make(root.file(name))
            try AtomicFile.write("{}", to: root.file(name + "/config.json"))
        }
        #expect(FilePath.name(of: try RunDirectory.find(name, root: root.path).run.path) == found)
    }
}

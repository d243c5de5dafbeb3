import Foundation
import Testing

/// On network and user-space file systems (NFS, SMB, FUSE), a lock on a directory has no effect, or only on one
/// machine.
@Suite("Locks", .timeLimit(.minutes(60))) struct LockTests {
    private static func variables(_ place: Workplace, _ locks: Faults.Locks) throws -> [String: String] {
        try Faults(locks: locks).variables(directory: place.path)
    }

    /// Starts a training that continues until it is stopped.
    private func training(_ place: Workplace, _ locks: Faults.Locks? = nil) throws -> RunningTool {
        let tool = try RunningTool(
            place.places + ["--epochs", "100000", "--hidden-size", "4", "--threads", "1"],
            variables: locks.map { try Self.variables(place, $0) } ?? [:])
        _ = try tool.line(beginning: "[0]")
        return tool
    }

    @Test func `two processes do not train one run where only files can be locked`() throws {
        let place = try Workplace()
        let variables = try Self.variables(place, .onFilesOnly)
        let first = try training(place, .onFilesOnly)
        let second = try RunningTool(place.places + ["--resume", "latest"], variables: variables).finish()
        #expect(second.exitCode == 73)
        #expect(second.errors.contains("another process is writing to this run"), "\(second.errors)")
        let list = try RunningTool(["runs", "--runs", place.runs], variables: variables).finish()
        #expect(list.output.contains("running"), "\(list.output)")
        first.send(SIGINT)
        #expect(try first.finish().exitCode == 130)
        #expect(
            try RunningTool(["runs", "--runs", place.runs], variables: variables).finish().output
                .contains("stopped"))
        #expect(
            try RunningTool(
                place.places + ["--resume", "latest", "--epochs", "1", "--allow-changes"],
                variables: variables
            ).finish().exitCode == 0)
    }

    @Test func `a killed process leaves the lock file but no lock`() throws {
        let place = try Workplace()
        let tool = try training(place)
        tool.send(SIGKILL)
        #expect(tool.ending() == -SIGKILL)
        #expect(place.exists("lock"))
        #expect(try Tool.run(["runs", "--runs", place.runs]).output.contains("failed"))
        #expect(
            try place.run("--resume", "latest", "--epochs", "1", "--allow-changes").exitCode == 0)
    }

    /// A run of an older version has no lock file; two processes that resume it at once both try to create the file.
    @Test func `only one of two resumes trains a run without a lock file`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1", "--hidden-size", "4").exitCode == 0)
        try FileManager.default.removeItem(atPath: place.latest("lock"))
        let names = try FileManager.default.contentsOfDirectory(atPath: place.latest("")).sorted()
        #expect(try Tool.run(["runs", "--runs", place.runs]).exitCode == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.latest("")).sorted() == names)
        let more = ["--resume", "latest", "--epochs", "100000", "--allow-changes", "--time-limit", "5s"]
        let tools = try (0..<2).map { _ in try RunningTool(place.places + more) }
        #expect(try tools.map { try $0.finish().exitCode }.sorted() == [73, 75])
    }

    @Test(arguments: [ENOLCK, EOPNOTSUPP])
    func `a file system without locks is reported`(code: Int32) throws {
        let place = try Workplace()
        let variables = try Self.variables(place, .fail(code))
        let outcome = try RunningTool(place.places + ["--epochs", "1"], variables: variables).finish()
        #expect(outcome.exitCode == 74)
        #expect(
            outcome.errors
                == "Error: \(place.runs)/.runs.lock: cannot lock: its file system does not support file locks "
                + "(\(String(cString: strerror(code)))), which keep two processes from writing the same files; use a "
                + "directory on a local disk, or mount the file system with locks\n")
        #expect(place.runNames == [])
        // The run is listed, though it is unknown whether a process writes to it.
        #expect(try place.run("--epochs", "1").exitCode == 0)
        let list = try RunningTool(["runs", "--runs", place.runs], variables: variables).finish()
        #expect(list.exitCode == 0)
        #expect(list.output.contains("finished"))
        #expect(
            list.output.contains("/lock: cannot lock: its file system does not support file locks"),
            "\(list.output)")
        let resumed = try RunningTool(place.places + ["--resume", "latest"], variables: variables).finish()
        #expect(resumed.exitCode == 74 && resumed.errors.contains("/lock: cannot lock: "))
    }

    @Test func `two processes do not train one entry of a sweep`() throws {
        let place = try Workplace()
        let variables = try Self.variables(place, .onFilesOnly)
        let plan = [
            "sweep", "plan", "--name", "s", "--seeds", "0", "--epochs", "100000", "--hidden-size", "4",
            "--validation", "20", "--runs", place.runs, "--data", place.data,
        ]
        #expect(try RunningTool(plan, variables: variables).finish().exitCode == 0)
        let entry = ["sweep", "run", "s", "--index", "0", "--runs", place.runs]
        let first = try RunningTool(entry, variables: variables)
        while first.isRunning,
            !FileManager.default.fileExists(atPath: place.runs + "/sweeps/s/runs/latest/metrics.csv")
        { usleep(10_000) }
        let second = try RunningTool(entry, variables: variables).finish()
        #expect(second.exitCode == 73)
        first.send(SIGINT)
        #expect(try first.finish().exitCode == 130)
    }
}

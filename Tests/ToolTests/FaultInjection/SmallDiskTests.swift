import Foundation
import TestSupport
import Testing

@Suite("A disk of 1 MiB", .timeLimit(.minutes(60))) struct SmallDiskTests {
    /// A training whose checkpoints have about 250 KiB each, so that a few fit.
    static let training = ShortTraining(epochs: 6, hiddenSize: 80).with("--keep-checkpoints", "9")

    /// Training ends when the disk is full, and the last checkpoint is complete. When there is room again, the run
    /// resumes with the same result.
    @Test(.enabled(if: mountsWork)) func `a full file system stops training, and the run can be resumed`()
        throws
    {
        let training = Self.training
        let expected = try training.uninterrupted()
        let place = try training.place()
        let full = try Workplace(nil)
        let disk = place.path + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        // The mount ends with the shell, so its content is copied first.
        let script = """
            set -e
            mount -t tmpfs -o size=1m none "$DISK"
            code=0
            "$TOOL" --data "$DATA" --runs "$DISK/runs" "$@" >"$PLACE/first" 2>&1 || code=$?
            cp -R "$DISK/runs" "$FULL/runs"
            echo "$code" >"$PLACE/code"
            mount -o remount,size=8m "$DISK"
            "$TOOL" --data "$DATA" --runs "$DISK/runs" --resume latest >"$PLACE/second" 2>&1
            cp -R "$DISK/runs" "$PLACE/runs"
            """
        let shell = try RunningTool(
            ["-rm", "sh", "-c", script, "sh"] + training.options, program: "/usr/bin/unshare",
            variables: [
                "DISK": disk, "DATA": place.data, "TOOL": Tool.path, "PLACE": place.path, "FULL": full.path,
            ])
        let outcome = try shell.finish()
        func text(_ name: String) -> String {
            (try? String(contentsOf: URL(filePath: place.path + "/" + name), encoding: .utf8)) ?? ""
        }
        try #require(outcome.exitCode == 0, "\(outcome.errors)\(text("first"))\(text("second"))")
        #expect(text("code") == "74\n")
        #expect(text("first").contains(": No space left on device"), "\(text("first"))")
        #expect(try full.temporaryFiles() == [])
        #expect(try !full.checkpointNames().isEmpty)
        #expect(try full.usableSteps().count == full.checkpointNames().count)
        expectEqual(try place.files(), expected)
    }

    /// The same test for systems where nothing can be mounted.
    @Test func `a full quota stops training, and the run can be resumed`() throws {
        let training = Self.training
        let expected = try training.uninterrupted()
        let place = try training.place()
        let faults = Faults(quota: try FileTree(at: place.path).size + 1 << 20)
        let outcome = try place.start(training, faults).finish()
        #expect(outcome.exitCode == 74)
        #expect(outcome.errors.contains(": No space left on device"), "\(outcome.errors)")
        #expect(try place.temporaryFiles() == [])
        #expect(try !place.checkpointNames().isEmpty)
        #expect(try place.usableSteps().count == place.checkpointNames().count)
        expectEqual(try place.finish(training), expected)
    }

    /// Whether this process may mount file systems.
    static let mountsWork: Bool = {
        #if os(Linux)
            let probe = "mount -t tmpfs -o size=1m none /mnt && mount -o remount,size=2m /mnt"
            return (try? Tool.run(["-rm", "sh", "-c", probe], program: "/usr/bin/unshare").exitCode) == 0
        #else
            return false
        #endif
    }()
}

import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite struct ExecutionEnvironmentTests {
    @Test func `the environment describes this machine`() throws {
        let environment = ExecutionEnvironment.current()
        #expect(!environment.processor.isEmpty)
        #expect((1...ProcessInfo.processInfo.processorCount).contains(environment.cores))
        #expect(environment.packageVersion == PackageVersion.current)
        #expect(environment.time.hasSuffix("Z") && environment.time.count == 20)
        let decoded = try JSONDecoder().decode(
            ExecutionEnvironment.self, from: try JSONEncoder().encode(environment))
        #expect(decoded == environment)
    }

    @Test(arguments: [
        ("processor\t: 0\nmodel name\t: AMD EPYC 9B14\nmodel name\t: other\n", "AMD EPYC 9B14"),
        ("processor: 0\n\nModel\t\t: Raspberry Pi 5\n", "Raspberry Pi 5"),
        ("CPU implementer : 0x41\nCPU part : 0xd40\n", "Arm implementer 0x41 part 0xd40"),
        ("model name\t:\n", nil), ("", nil),
    ])
    func `the processor is read from cpuinfo`(cpuinfo: String, expected: String?) {
        #expect(SystemDescription.processor(cpuinfo: cpuinfo) == expected)
    }

    @Test func `peak memory grows with use`() {
        let before = CurrentProcess.peakResidentBytes
        #expect(before > 1 << 20)
        let block = [UInt8](repeating: 1, count: before + 64 << 20)
        #expect(CurrentProcess.peakResidentBytes >= before + (32 << 20) + Int(block[0]))
    }

    @Test func `the process started before now`() throws {
        let seconds = try #require(CurrentProcess.secondsSinceStart)
        #expect(seconds > 0)
        #expect(seconds < 86_400)
        // The system counts in hundredths of a second.
        var later = seconds
        for _ in 0..<10_000_000 where later == seconds {
            later = try #require(CurrentProcess.secondsSinceStart)
        }
        #expect(later > seconds)
    }

    @Test func `the start time is read after any program name`() {
        let tail = " R 1 1 1 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 1 0 197979 3133440 379"
        for name in ["cat", "a) b", "(x"] {
            let seconds = CurrentProcess.secondsSinceStart(
                uptime: "1985.54 3785.50\n", status: "6757 (\(name))\(tail)", ticksPerSecond: 100)
            #expect(seconds == 1985.54 - 1979.79)
        }
        for status in ["", "1 (x) R 1", "1 x R"] {
            #expect(
                CurrentProcess.secondsSinceStart(uptime: "1 1", status: status, ticksPerSecond: 100) == nil)
        }
    }
}

@Suite struct UsableCoresTests {
    @Test(arguments: [
        ("0", 1), ("0-3", 4), ("0-3,8", 5), ("2,4,6", 3), ("0-1,4-5 8", nil), ("", nil), ("3-1", nil),
        ("a", nil),
        ("1-2-3", nil), ("-1", nil), ("1-", nil), ("4-x", nil), ("0-99999999999", nil),
    ])
    func `lists of cores are read`(list: String, expected: Int?) {
        #expect(UsableCores.coreCount(ofList: list) == expected)
    }

    static let status = "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\n"

    @Test(
        arguments: [
            // Without control groups.
            ([:], 8),
            // Version 2, in a container and outside; the smallest of nested quotas counts.
            (["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "200000 100000\n"], 2),
            (["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"], 8),
            (["proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "350000 100000\n"], 4),
            (
                [
                    "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "150000 100000\n",
                    "sys/fs/cgroup/a/b/cpu.max": "600000 100000\n",
                ], 2
            ),
            (["proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "50000 100000\n"], 1),
            (["proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "9900000 100000\n"], 8),
            (["proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "rubbish\n"], 8),
            // Version 1, under either mount name; in a container the host's path is not visible.
            (
                [
                    "proc/self/cgroup": "3:cpuset:/x\n2:cpu,cpuacct:/host/path\n0::/\n",
                    "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000\n",
                    "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
                ], 3
            ),
            (
                [
                    "proc/self/cgroup": "2:cpu,cpuacct:/a\n",
                    "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us": "100000\n",
                    "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "50000\n",
                ], 2
            ),
            (
                [
                    "proc/self/cgroup": "1:cpu:/\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                    "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
                ], 8
            ),
        ] as [([String: String], Int)])
    func `quotas limit the cores`(files: [String: String], expected: Int) throws {
        let root = try TemporaryDirectory()
        try root.add("proc/self/status", Self.status)
        for (name, content) in files { try root.add(name, content) }
        #expect(UsableCores.count(filesUnder: root.path) == expected)
    }

    @Test func `a system without proc works`() throws {
        #expect(UsableCores.count(filesUnder: try TemporaryDirectory().path) >= 1)
    }
}

@Suite struct GitRepositoryTests {
    static let commit = "0123456789abcdef0123456789abcdef01234567"
    static let other = String(commit.reversed())

    struct Case: Sendable {
        let files: [String: String]
        var directory = ""
        let expected: String?
    }

    @Test(arguments: [
        Case(files: ["git/HEAD": "\(commit)\n"], expected: commit),
        Case(
            files: ["git/HEAD": "ref: refs/heads/main\n", "git/refs/heads/main": "\(commit)\n"],
            expected: commit),
        // From a subdirectory.
        Case(files: ["git/HEAD": "\(commit)\n", "a/b/c": ""], directory: "/a/b", expected: commit),
        Case(
            files: [
                "git/HEAD": "ref: refs/heads/main\n",
                "git/packed-refs":
                    "# pack-refs with: peeled\n\(other) refs/heads/mainly\n\(commit) refs/heads/main\n"
                    + "^\(other)\n",
            ], expected: commit),
        // A loose reference takes precedence over a packed one.
        Case(
            files: [
                "git/HEAD": "ref: refs/heads/main\n", "git/refs/heads/main": "\(commit)\n",
                "git/packed-refs": "\(other) refs/heads/main\n",
            ], expected: commit),
        // A linked working tree.
        Case(
            files: [
                "tree/git": "gitdir: ../git/worktrees/tree\n",
                "git/worktrees/tree/HEAD": "ref: refs/heads/b\n",
                "git/worktrees/tree/commondir": "../..\n", "git/refs/heads/b": "\(commit)\n",
                "git/HEAD": other,
            ], directory: "/tree", expected: commit),
        // No commit yet, no branch, a cycle, and a text that is not a commit.
        Case(files: ["git/HEAD": "ref: refs/heads/main\n"], expected: nil),
        Case(files: ["git/HEAD": "ref: refs/a\n", "git/refs/a": "ref: refs/a\n"], expected: nil),
        Case(files: ["git/HEAD": "0123\n"], expected: nil),
        Case(files: ["git/HEAD": "ref: ../../secret\n", "secret": "something else\n"], expected: nil),
        Case(files: ["git/config": ""], expected: nil),
    ])
    func `the commit is found`(of repository: Case) throws {
        let directory = try TemporaryDirectory()
        for (name, content) in repository.files {
            try directory.add(
                name.replacing("git", with: ".git"), content.replacing("../git", with: "../.git"))
        }
        #expect(
            GitRepository(around: directory.path + repository.directory)?.headCommit == repository.expected)
    }
}

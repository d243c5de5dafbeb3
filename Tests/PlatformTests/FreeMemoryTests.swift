import TestSupport
import Testing

@testable import Platform

@Suite("Free memory")
struct FreeMemoryTests {
    private static let files = [
        "proc/self/status": "VmSize:\t 1024 kB\nVmData:\t 512 kB\n",
        "proc/self/limits": """
        Limit                     Soft Limit           Hard Limit           Units
        Max data size             unlimited            unlimited            bytes
        Max address space         unlimited            unlimited            bytes

        """,
        "proc/meminfo":
            "MemTotal: 9000 kB\nMemAvailable: 8000 kB\nSwapFree: 100 kB\nCommitLimit: 3000 kB\nCommitted_AS: 1000 kB\n",
    ]

    private static func limits(address: String = "unlimited", data: String = "unlimited") -> [String: String]
    {
        [
            "proc/self/limits":
                "Max data size             \(data)            unlimited            bytes\n"
                + "Max address space         \(address)            unlimited            bytes\n"
        ]
    }

    #if os(Linux)
        @Test(
            arguments: [
                ([:], 8100, "the machine"), (limits(address: "3145728"), 2048, "ulimit -v"),
                (limits(address: "3145728", data: "1048576"), 512, "ulimit -d"),
                (limits(address: "1024"), 0, "ulimit -v"),
                (["proc/sys/vm/overcommit_memory": "2\n"], 2000, "vm.overcommit_memory = 2"),
                (["proc/sys/vm/overcommit_memory": "0\n"], 8100, "the machine"),
                (
                    [
                        "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/memory.max": "4194304\n",
                        "sys/fs/cgroup/a/memory.current": "2097152\n",
                        "sys/fs/cgroup/a/memory.stat": "anon 1\ninactive_file 1048576\n",
                        "sys/fs/cgroup/a/memory.swap.max": "0\n", "sys/fs/cgroup/a/b/memory.max": "max\n",
                        "sys/fs/cgroup/a/b/memory.current": "0\n",
                    ], 3072, "the control group"
                ),
                (
                    [
                        "proc/self/cgroup": "4:memory:/x\n",
                        "sys/fs/cgroup/memory/x/memory.limit_in_bytes": "2097152\n",
                        "sys/fs/cgroup/memory/x/memory.usage_in_bytes": "1048576\n",
                        "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
                        "sys/fs/cgroup/memory/memory.usage_in_bytes": "1\n",
                    ], 1124, "the control group"
                ),
            ] as [([String: String], Int, String)])
        func `the free memory is the least that machine, limits and control groups leave`(
            files: [String: String], kibibytes: Int, limit: String
        ) throws {
            let root = try TemporaryDirectory()
            for (name, content) in Self.files.merging(files, uniquingKeysWith: { $1 }) {
                try root.add(name, content)
            }
            let expected = FreeMemory(bytes: kibibytes << 10, limit: limit)
            #expect(FreeMemory.current(filesUnder: root.path) == expected)
        }

        @Test
        func `without information there is no limit`() throws {
            #expect(FreeMemory.current(filesUnder: try TemporaryDirectory().path) == nil)
            #expect(throws: Never.self) { try MemoryShortage.check(1e30, for: "this", free: nil) }
        }
    #endif

    @Test
    func `a shortage is an error with advice and exit status`() {
        let free = FreeMemory(bytes: 23 << 30, limit: "the machine")
        let gibibyte = Double(1 << 30)
        #expect(throws: Never.self) { try MemoryShortage.check(22 * gibibyte, for: "this model", free: free) }
        let shortage = error(MemoryShortage.self) {
            try MemoryShortage.check(41 * gibibyte, for: "this model", advice: "use fewer", free: free)
        }
        #expect(
            shortage?.description
                == "this model needs 41 GiB of memory, and 23 GiB are free (the machine); use fewer")
        #expect(shortage?.exitStatus.code == 71)
    }
}

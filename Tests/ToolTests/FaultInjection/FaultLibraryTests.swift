import Foundation
import Testing

@Suite("The fault library", .timeLimit(.minutes(60))) struct FaultLibraryTests {
    static let options = ["--epochs", "2", "--hidden-size", "4", "--threads", "1"]

    /// Runs the tool; returns the exit code, or the negative signal that ended it, and its file operations.
    private func run(
        _ place: Workplace, _ faults: Faults, journal: Bool = true
    ) throws -> (ending: Int32, operations: [FileOperation]) {
        let tool = try RunningTool(
            place.places + Self.options,
            variables: faults.variables(directory: place.path, journal: place.journal),
            standardOutput: .nullDevice)
        let ending = tool.ending()
        return (ending, try FileOperation.journal(place.journal))
    }

    /// The record is complete: the same files follow from the record alone.
    @Test func `every operation is recorded, and none is changed`() throws {
        let place = try Workplace()
        let disk = try DiskModel(place.path)
        let (ending, operations) = try run(place, .none)
        #expect(ending == 0)
        for operation in operations { try disk.apply(operation) }
        let tree = try FileTree(at: place.path)
        #expect(disk.tree == tree, "\(disk.tree.differences(from: tree))")
        for kind in FileOperation.Kind.allCases where kind != .truncate {
            #expect(operations.contains { $0.kind == kind }, "no \(kind)")
        }

        let undisturbed = try Workplace()
        _ = try Tool.run(undisturbed.places + Self.options)
        for name in ["last", "best"] {
            let file = "checkpoints/\(name).safetensors"
            #expect(try place.bytes(file) == undisturbed.bytes(file))
        }
    }

    /// The record is compared with strace's, where that is available.
    @Test(.enabled(if: Strace.works)) func `strace lists the same calls`() throws {
        let place = try Workplace()
        let (_, operations) = try run(place, .none)
        let other = try Workplace()
        let calls = try Strace.calls(of: [Tool.path] + other.places + Self.options, below: other.path)
        let counts = Dictionary(grouping: operations.filter { $0.error == 0 }, by: \.kind).mapValues(\.count)
        #expect(calls == counts)
    }

    @Test(arguments: [Faults.Kill.before(20), .after(20), .before(1), .after(1)])
    func `the tool is killed before or after an operation`(kill: Faults.Kill) throws {
        let place = try Workplace()
        let disk = try DiskModel(place.path)
        let (ending, operations) = try run(place, .kill(kill))
        #expect(ending == -SIGKILL)
        for operation in operations { try disk.apply(operation) }
        #expect(try disk.tree == FileTree(at: place.path))
        switch kill {
        case .before(let number): #expect(operations.count == number - 1)
        case .after(let number): #expect(operations.count == number)
        }
    }

    @Test(arguments: FileOperation.Kind.allCases) func `one operation fails`(kind: FileOperation.Kind) throws
    {
        let place = try Workplace()
        let (ending, operations) = try run(place, .fail(kind, 1, EDQUOT))
        let failed = operations.filter { $0.error != 0 }
        guard operations.contains(where: { $0.kind == kind }) else { return }
        #expect(ending == 74)
        #expect(failed.map(\.kind) == [kind])
        #expect(failed.map(\.error) == [EDQUOT])
        #expect(operations.first { $0.kind == kind }?.error == EDQUOT)
    }

    @Test func `a short write is continued`() throws {
        let place = try Workplace()
        let (ending, operations) = try run(place, .fail(.write, 1, nil))
        #expect(ending == 0)
        let writes = operations.filter { $0.kind == .write }
        #expect(writes[1].offset == writes[0].bytes.count)
        #expect(writes[1].path == writes[0].path)
        #expect(abs(writes[1].bytes.count - writes[0].bytes.count) <= 1)
    }

    @Test func `no more than the quota is written`() throws {
        let place = try Workplace()
        let before = try FileTree(at: place.path).size
        let (ending, operations) = try run(place, Faults(quota: before + 10_000))
        #expect(ending == 74)
        #expect(operations.contains { $0.error == ENOSPC })
        #expect(try FileTree(at: place.path).size <= before + 10_000)
        // Existing files count towards the quota, and removed files do not.
        #expect(operations.filter { $0.kind == .write && $0.error == 0 }.count > 1)
    }
}

extension FileTree {
    /// The number of bytes of all files.
    var size: Int {
        entries.values.reduce(0) { if case .file(let bytes) = $1 { $0 + bytes.count } else { $0 } }
    }
}

/// The program strace, which lists a process's system calls.
enum Strace {
    static let works: Bool = {
        #if os(Linux)
            (try? Tool.run(["strace", "-f", "true"], program: "/usr/bin/env").exitCode) == 0
        #else
            false
        #endif
    }()

    /// Returns the number of operations of each kind on files below a directory.
    static func calls(of command: [String], below directory: String) throws -> [FileOperation.Kind: Int] {
        let list = directory + "/.." + "/strace-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: list) }
        _ = try Tool.run(["strace", "-f", "-y", "-o", list] + command, program: "/usr/bin/env")
        var counts: [FileOperation.Kind: Int] = [:]
        for line in try String(contentsOf: URL(filePath: list), encoding: .utf8).split(separator: "\n") {
            guard let call = line.firstMatch(of: /^\d+ +(\w+)\((.*)\) += (\d+)/) else { continue }
            let arguments = String(call.2)
            let first = arguments.prefix { $0 != "," }
            let kind: FileOperation.Kind? =
                switch call.1 {
                case "open", "openat", "creat": arguments.contains("O_CREAT") ? .create : nil
                // Only writes to files count, not printed lines that name a file.
                case "write", "pwrite64", "writev": first.contains(directory) ? .write : nil
                case "fsync", "fdatasync": .sync
                case "rename", "renameat", "renameat2": .rename
                case "symlink", "symlinkat": .symlink
                case "unlink", "unlinkat": .unlink
                case "truncate", "ftruncate": .truncate
                case "mkdir", "mkdirat": .mkdir
                default: nil
                }
            if let kind, arguments.contains(directory) { counts[kind, default: 0] += 1 }
        }
        return counts
    }
}

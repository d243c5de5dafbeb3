import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite struct AtomicFileTests {
    @Test func `writes and replaces`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("file")
        try AtomicFile.write("first", to: path)
        #expect(try text(path) == "first")
        try AtomicFile.write([UInt8](), to: path)
        #expect(try text(path) == "")
        let large = String(repeating: "0123456789", count: 500_000)
        try AtomicFile.write(large, to: path)
        #expect(try text(path) == large)
        #expect(try directory.names == ["file"])
    }

    @Test func `uses the working directory for a bare name`() throws {
        let name = "atomic-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: name) }
        try AtomicFile.write("x", to: name)
        #expect(try text(name) == "x")
    }

    @Test func `keeps to the umask`() throws {
        let directory = try TemporaryDirectory()
        try Data().write(to: URL(filePath: directory.file("other")))
        try AtomicFile.write("x", to: directory.file("file"))
        let modes = try ["file", "other"].map {
            try FileManager.default.attributesOfItem(atPath: directory.file($0))[.posixPermissions] as? Int
        }
        #expect(modes[0] != nil)
        #expect(modes[0] == modes[1])
    }

    @Test func `readers see one file or the other`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("file")
        let contents = ["a", "b"].map { String(repeating: $0, count: 100_000) }
        try AtomicFile.write(contents[0], to: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for content in contents {
                group.addTask { for _ in 0..<20 { try AtomicFile.write(content, to: path) } }
            }
            group.addTask {
                for _ in 0..<100 {
                    let content = try text(path)
                    #expect(contents.contains(content))
                }
            }
            try await group.waitForAll()
        }
        #expect(try directory.names == ["file"])
    }

    @Test func `fails where the directory is missing`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("none/file")
        let error = error(FileError.self) { try AtomicFile.write("x", to: path) }
        #expect(error == FileError(path: path, operation: .create, code: ENOENT))
        #expect(error?.description == "\(path): cannot create: No such file or directory")
    }

    @Test func `fails where the directory is a file`() throws {
        let directory = try TemporaryDirectory()
        try directory.add("file", "x")
        let error = error(FileError.self) { try AtomicFile.write("y", to: directory.file("file/below")) }
        #expect(error?.code == ENOTDIR)
        #expect(try text(directory.file("file")) == "x")
    }

    @Test func `fails where the target is a directory`() throws {
        let directory = try TemporaryDirectory()
        let inside = try directory.add("target/inside", "x")
        let error = error(FileError.self) { try AtomicFile.write("y", to: directory.file("target")) }
        #expect(error?.operation == .rename)
        #expect(error?.path == directory.file("target"))
        #expect(try text(inside) == "x")
        #expect(try directory.names == ["target"])
    }

    /// Names that a killed process left are neither used nor removed.
    @Test func `leaves other temporary files alone`() throws {
        let directory = try TemporaryDirectory()
        let left = try directory.add(".file.\(ProcessInfo.processInfo.processIdentifier).0.tmp", "left")
        try AtomicFile.write("x", to: directory.file("file"))
        #expect(try text(left) == "left")
        #expect(try text(directory.file("file")) == "x")
        #expect(try directory.names.count == 2)
    }

    #if os(Linux)
        /// A file system on which nobody, root included, may create a file.
        @Test func `fails where nothing can be created`() {
            let error = error(FileError.self) { try AtomicFile.write("x", to: "/proc/self/file") }
            #expect(error?.operation == .create)
        }

        @Test func `reports a full disk`() throws {
            let file = try OpenFile("/dev/full", .writingOutput)
            let error = error(FileError.self) { try file.write([1]) }
            #expect(error == FileError(path: "/dev/full", operation: .write, code: ENOSPC))
            #expect(error?.reason == "No space left on device")
        }

        /// The write fails after 64 KiB, in a process of its own, for which such a limit can be set.
        @Test func `a write that stops halfway leaves the former file`() async {
            await #expect(processExitsWith: .success) {
                let directory = try TemporaryDirectory()
                let path = directory.file("file")
                try AtomicFile.write("former", to: path)
                _ = signal(SIGXFSZ, SIG_IGN)
                var limit = rlimit(rlim_cur: 1 << 16, rlim_max: 1 << 16)
                try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
                let error = error(FileError.self) {
                    try AtomicFile.write([UInt8](repeating: 0, count: 1 << 20), to: path)
                }
                try #require(error == FileError(path: path, operation: .write, code: EFBIG))
                try #require(text(path) == "former")
                try #require(directory.names == ["file"])

                // A line that does not fit leaves nothing of itself either.
                let log = try LineFile(directory.file("log"), .appending)
                try log.append("whole")
                let line = String(repeating: "x", count: 1 << 16)
                try #require(throws: FileError.self) { try log.append(line) }
                try log.append("whole again")
                try #require(text(directory.file("log")) == "whole\nwhole again\n")
            }
        }

        /// In the place of the file there is for a while one in memory that cannot be cut off.
        @Test func `half a line that cannot be cut off is cut off before the next`() async {
            await #expect(processExitsWith: .success) {
                /// Swift does not know Linux' `memfd_create` and the seals of such files (`man 2 memfd_create`).
                func unshrinkableFile(holding text: String) throws -> Int32 {
                    typealias Create = @convention(c) (UnsafePointer<CChar>, UInt32) -> Int32
                    let (allowSealing, addSeals, sealShrink) = (UInt32(2), Int32(1033), Int32(2))
                    let create = unsafeBitCast(
                        try #require(dlsym(nil, "memfd_create")), to: Create.self)
                    let file = create("log", allowSealing)
                    try #require(write(file, text, text.utf8.count) == text.utf8.count)
                    try #require(fcntl(file, F_SETFL, O_APPEND) == 0)
                    try #require(fcntl(file, addSeals, sealShrink) == 0)
                    return file
                }
                func limit(_ bytes: rlim_t) {
                    var limit = rlimit(rlim_cur: bytes, rlim_max: .max)
                    precondition(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
                }
                _ = signal(SIGXFSZ, SIG_IGN)
                let directory = try TemporaryDirectory()
                let path = directory.file("log")
                let file = try OpenFile(path, .appending)
                try file.appendWhole(Array("whole\n".utf8))

                let real = dup(file.descriptor)
                let sealed = try unshrinkableFile(holding: "whole\n")
                try #require(dup2(sealed, file.descriptor) == file.descriptor)
                limit(10)
                let half = error(FileError.self) { try file.appendWhole(Array("half a line\n".utf8)) }
                try #require(half == FileError(path: path, operation: .write, code: EFBIG))
                limit(.max)
                let next = error(FileError.self) { try file.appendWhole(Array("glued to it\n".utf8)) }
                try #require(next == FileError(path: path, operation: .truncate, code: EPERM))
                let glued = try text("/proc/self/fd/\(sealed)")
                try #require(glued == "whole\nhalf")

                try #require(write(real, "half", 4) == 4)
                try #require(dup2(real, file.descriptor) == file.descriptor)
                for _ in 0..<2 { try file.appendWhole(Array("whole again\n".utf8)) }
                try #require(text(path) == "whole\nwhole again\nwhole again\n")
            }
        }
    #endif
}

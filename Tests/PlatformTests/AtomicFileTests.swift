import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite struct AtomicFileTests {
    @Test func `a file is written and replaced`() throws {
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

    @Test func `a bare name is in the working directory`() throws {
        let name = "atomic-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: name) }
        try AtomicFile.write("x", to: name)
        #expect(try text(name) == "x")
    }

    @Test func `the umask determines the permissions`() throws {
        let directory = try TemporaryDirectory()
        try Data().write(to: URL(filePath: directory.file("other")))
        try AtomicFile.write("x", to: directory.file("file"))
        let modes = try ["file", "other"].map {
            try FileManager.default.attributesOfItem(atPath: directory.file($0))[.posixPermissions] as? Int
        }
        #expect(modes[0] != nil)
        #expect(modes[0] == modes[1])
    }

    @Test func `readers see the old or the new file`() async throws {
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

    @Test func `a missing directory is an error`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("none/file")
        let error = error(FileError.self) { try AtomicFile.write("x", to: path) }
        #expect(error == FileError(path: path, operation: .create, code: ENOENT))
        #expect(
            error?.description
                == "\(path): cannot create: the directory \"\(directory.file("none"))\" does not exist; create it, or "
                + "give a path in another directory")
    }

    @Test func `a file in place of the directory is an error`() throws {
        let directory = try TemporaryDirectory()
        try directory.add("file", "x")
        let error = error(FileError.self) { try AtomicFile.write("y", to: directory.file("file/below")) }
        #expect(error?.code == ENOTDIR)
        #expect(try text(directory.file("file")) == "x")
    }

    @Test func `a directory at the target is an error`() throws {
        let directory = try TemporaryDirectory()
        let inside = try directory.add("target/inside", "x")
        let error = error(FileError.self) { try AtomicFile.write("y", to: directory.file("target")) }
        #expect(error?.operation == .rename)
        #expect(error?.path == directory.file("target"))
        #expect(try text(inside) == "x")
        #expect(try directory.names == ["target"])
    }

    /// Temporary files of a killed process are neither used nor removed.
    @Test func `other temporary files are left alone`() throws {
        let directory = try TemporaryDirectory()
        let left = try directory.add(".file.\(ProcessInfo.processInfo.processIdentifier).0.tmp", "left")
        try AtomicFile.write("x", to: directory.file("file"))
        #expect(try text(left) == "left")
        #expect(try text(directory.file("file")) == "x")
        #expect(try directory.names.count == 2)
    }

    #if os(Linux)
        /// This is a file system on which nobody, including root, may create a file.
        @Test func `a file system that allows no new files is an error`() {
            let error = error(FileError.self) { try AtomicFile.write("x", to: "/proc/self/file") }
            #expect(error?.operation == .create)
        }

        @Test func `a full disk is reported`() throws {
            let file = try OpenFile("/dev/full", .writingOutput)
            let error = error(FileError.self) { try file.write([1]) }
            #expect(error == FileError(path: "/dev/full", operation: .write, code: ENOSPC))
            #expect(error?.reason == "No space left on device")
        }

        /// The write fails after 64 KiB, in a separate process with a file size limit.
        @Test func `a write that stops halfway leaves the old file`() async {
            await #expect(processExitsWith: .success) {
                let directory = try TemporaryDirectory()
                let path = directory.file("file")
                try AtomicFile.write("former", to: path)
                ResourceLimit.setFileSize(1 << 16)
                let error = error(FileError.self) {
                    try AtomicFile.write([UInt8](repeating: 0, count: 1 << 20), to: path)
                }
                try #require(error == FileError(path: path, operation: .write, code: EFBIG))
                try #require(text(path) == "former")
                try #require(directory.names == ["file"])

                // A line that does not fit is removed completely, too.
                let log = try LineFile(directory.file("log"), .appending)
                try log.append("whole")
                let line = String(repeating: "x", count: 1 << 16)
                try #require(throws: FileError.self) { try log.append(line) }
                try log.append("whole again")
                try #require(text(directory.file("log")) == "whole\nwhole again\n")
            }
        }

        /// The file is temporarily replaced by a file in memory that cannot be truncated.
        @Test func `a partial line that cannot be removed is removed before the next append`() async {
            await #expect(processExitsWith: .success) {
                /// Returns a file that cannot be truncated. Swift does not import Linux' `memfd_create` and the seals
                /// of such files (`man 2 memfd_create`).
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
                let directory = try TemporaryDirectory()
                let path = directory.file("log")
                let file = try OpenFile(path, .appending)
                try file.appendWhole(Array("whole\n".utf8))

                let real = dup(file.descriptor)
                let sealed = try unshrinkableFile(holding: "whole\n")
                try #require(dup2(sealed, file.descriptor) == file.descriptor)
                ResourceLimit.setFileSize(10)
                let half = error(FileError.self) { try file.appendWhole(Array("half a line\n".utf8)) }
                try #require(half == FileError(path: path, operation: .write, code: EFBIG))
                ResourceLimit.setFileSize(.max)
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

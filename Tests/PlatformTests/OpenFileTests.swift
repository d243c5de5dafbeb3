import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite("Opening files")
struct OpenFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// The kinds of file that may be in place of one of this program's files.
    enum Obstacle: CaseIterable, Sendable {
        case link, danglingLink, loop, pipe, directory

        func make(_ path: String, target: String) throws {
            switch self {
            case .link: try POSIX.makeSymbolicLink(path, to: target)
            case .danglingLink: try POSIX.makeSymbolicLink(path, to: "nowhere")
            case .loop: try POSIX.makeSymbolicLink(path, to: path)
            case .pipe: #expect(mkfifo(path, 0o600) == 0)
            case .directory: try POSIX.makeDirectory(path)
            }
        }

        var found: POSIX.FileKind {
            switch self {
            case .link, .danglingLink, .loop: .symbolicLink
            case .pipe: .pipe
            case .directory: .directory
            }
        }
    }

    @Test(
        arguments: Obstacle.allCases,
        [POSIX.OpenMode.reading, .appending, .continuing, .locking])
    func `only a regular file is opened for this program, and opening never waits`(
        obstacle: Obstacle, mode: POSIX.OpenMode
    ) throws {
        let target = try directory.add("target", "mine")
        let path = directory.file("file")
        try obstacle.make(path, target: target)
        let error = error(FileError.self) { _ = try OpenFile(path, mode) }
        #expect(error?.misfit?.found == obstacle.found)
        #expect(error?.isMissing == false)
        #expect(error?.path == path)
        let text = try #require(error?.description)
        #expect(text.contains("expected a regular file, found \(obstacle.found); "))
        #expect(try TestSupport.text(target) == "mine")
        #expect(try !directory.names.contains("nowhere"))
    }

    @Test func `each other kind of file is an error with advice`() throws {
        let path = directory.file("file")
        try POSIX.makeSymbolicLink(path, to: "x")
        #expect(
            error(FileError.self) { _ = try OpenFile(path, .continuing) }?.description
                == "\(path): cannot open: expected a regular file, found a symbolic link; put the file itself in its place"
        )
        let pipe = directory.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(
            error(FileError.self) { _ = try OpenFile(pipe, .appending) }?.description
                == "\(pipe): cannot create: expected a regular file, found a FIFO; move it to another place")
        #expect(
            error(FileError.self) { _ = try OpenFile(pipe, .readingInput) }?.description
                == "\(pipe): cannot open: expected a regular file, found a FIFO; save its content in a file, and give that"
        )
    }

    @Test func `a file that a user names may be a link to a regular file only`() throws {
        let target = try directory.add("target", "mine")
        let link = directory.file("link")
        try POSIX.makeSymbolicLink(link, to: target)
        #expect(try RecordFile.content(of: link, .readingInput) == Array("mine".utf8))
        for obstacle in [Obstacle.pipe, .directory] {
            let path = directory.file("\(obstacle)")
            try obstacle.make(path, target: "")
            let linkToIt = directory.file("link-to-\(obstacle)")
            try POSIX.makeSymbolicLink(linkToIt, to: path)
            for path in [path, linkToIt] {
                #expect(
                    error(FileError.self) { _ = try OpenFile(path, .readingInput) }?.misfit?.found
                        == obstacle.found)
            }
        }
        #expect(
            error(FileError.self) { _ = try OpenFile(directory.file("none"), .readingInput) }?.isMissing
                == true)
        #expect(
            error(FileError.self) { _ = try OpenFile("/dev/null", .readingInput) }?.misfit?.found == .device)
    }

    @Test func `files that a child process must not inherit are closed in it`() throws {
        let file = try OpenFile(directory.file("file"), .appending)
        #expect(fcntl(file.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        #expect(fcntl(try OpenDirectory(directory.path).descriptor, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test func `a directory of a run must not be a link`() throws {
        let link = directory.file("link")
        try POSIX.makeSymbolicLink(link, to: directory.path)
        #expect(try OpenDirectory(link).names() == ["link"])
        let error = error(FileError.self) { _ = try OpenDirectory(link, followsLink: false) }
        #expect(
            error?.description
                == "\(link): cannot open: expected a directory, found a symbolic link; put the directory itself in its place"
        )
        #expect(throws: FileError.self) { try OpenDirectory.check(link) }
        try OpenDirectory.check(directory.file("none"))
        #expect(throws: FileError.self) { try OpenDirectory.check(directory.add("file", "x")) }
    }

    /// The path leads elsewhere later.
    @Test func `an open directory stays the same`() throws {
        try directory.add("own/a", "own")
        let other = try directory.add("other/a", "other")
        let open = try OpenDirectory(directory.file("own"), followsLink: false)
        #expect(rename(directory.file("own"), directory.file("moved")) == 0)
        try POSIX.makeSymbolicLink(directory.file("own"), to: "other")
        #expect(try open.names() == ["a"])
        try AtomicFile.write(Array("new".utf8), to: "b", in: open)
        try open.point("c", to: "b")
        try open.discard("a")
        try open.discard("none")
        #expect(open.target(ofLink: "c") == "b")
        #expect(try POSIX.names(in: directory.file("moved")) == ["b", "c"])
        #expect(try text(other) == "other")
        #expect(try POSIX.names(in: directory.file("other")) == ["a"])
    }

    @Test func `only files and links with the form of a temporary name are removed`() throws {
        for name in [".a.77.0.tmp", ".b.safetensors.1.12.tmp", ".a.tmp", "a.77.0.tmp"] {
            try directory.add(name, "x")
        }
        try POSIX.makeSymbolicLink(directory.file(".link.77.0.tmp"), to: "x")
        try POSIX.makeDirectory(directory.file(".directory.77.0.tmp"))
        #expect(mkfifo(directory.file(".pipe.77.0.tmp"), 0o600) == 0)
        try OpenDirectory(directory.path).discardTemporaries()
        #expect(
            try directory.names == [".a.tmp", ".directory.77.0.tmp", ".pipe.77.0.tmp", "a.77.0.tmp"])
    }

    /// As text, both names would be equal.
    @Test(.enabled(if: Self.keepsBytesOfNames))
    func `names that are not UTF-8 are kept apart from the others`()
        throws
    {
        for byte in [0xFE, 0xFF] as [UInt8] {
            let name = Array(directory.path.utf8) + Array("/a".utf8) + [byte, 0]
            let descriptor = name.withUnsafeBytes {
                creat($0.baseAddress!.assumingMemoryBound(to: CChar.self), 0o600)
            }
            #expect(close(descriptor) == 0)
        }
        try directory.add("b", "x")
        let (names, others) = try OpenDirectory(directory.path).entries()
        #expect(names == ["b"])
        #expect(others == [#""a\xFE""#, #""a\xFF""#])
        #expect(try POSIX.names(in: directory.path) == ["b"])
    }

    private static var keepsBytesOfNames: Bool {
        #if os(Linux)
            true
        #else
            false
        #endif
    }

    @Test func `output to a FIFO without a reader is an error and does not wait forever`() throws {
        let pipe = directory.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let start = ContinuousClock.now
        let error = error(FileError.self) { try AtomicFile.writeOutput("x", to: pipe) }
        #expect(
            error?.description
                == "\(pipe): cannot write to it: no process reads this FIFO; start its reader first")
        #expect(ContinuousClock.now - start < .seconds(10))
        // A reader that comes in time gets all bytes, more than a pipe holds.
        let text = String(repeating: "x", count: 1 << 18)
        let reader = try ChildProcess(
            "/bin/sh", ["-c", #"sleep 0.1; wc -c < "$0""#, pipe], inheriting: 2)
        try AtomicFile.writeOutput(text, to: pipe)
        #expect(reader.wait() == .exit(code: 0))
        #expect(reader.text.contains("262144"))
    }
}

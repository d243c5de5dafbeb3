import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite struct DirectoryTreeTests {
    @Test func `a tree is removed with its links and not with what they point to`() throws {
        let directory = try TemporaryDirectory()
        try directory.add("tree/a/b/c", "text")
        let kept = try directory.add("kept/file", "text")
        try POSIX.makeSymbolicLink(directory.file("tree/a/link"), to: directory.file("kept"))
        #expect(mkfifo(directory.file("tree/fifo"), 0o600) == 0)
        try OpenDirectory(directory.path).removeTree("tree")
        #expect(try directory.names == ["kept"])
        #expect(try text(kept) == "text")
    }

    @Test func `a link is no tree`() throws {
        let directory = try TemporaryDirectory()
        try directory.add("kept/file", "text")
        try POSIX.makeSymbolicLink(directory.file("link"), to: "kept")
        #expect(throws: FileError.self) { try OpenDirectory(directory.path).removeTree("link") }
        #expect(throws: FileError.self) { try OpenDirectory(directory.path).treeSize("link") }
        #expect(try directory.names == ["kept", "link"])
    }

    @Test func `the size of a tree is the size of its regular files`() throws {
        let directory = try TemporaryDirectory()
        try directory.add("tree/a/b", "12345")
        try directory.add("tree/c", "123")
        try POSIX.makeSymbolicLink(directory.file("tree/link"), to: "c")
        #expect(try OpenDirectory(directory.path).treeSize("tree") == 8)
    }

    @Test func `an entry is moved only to a free name`() throws {
        let directory = try TemporaryDirectory()
        try directory.add("from/a", "a")
        try directory.add("to/b", "b")
        let (from, to) = (try OpenDirectory(directory.file("from")), try OpenDirectory(directory.file("to")))
        #expect(error(FileError.self) { try from.move("a", to: "b", in: to) }?.code == POSIX.taken)
        try from.move("a", to: "c", in: to)
        #expect(try (from.names(), to.names()) == ([], ["b", "c"]))
        #expect(try text(directory.file("to/b")) == "b")
    }
}

@Suite struct FileStampTests {
    @Test func `a stamp changes with the content and with the file`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("file", "one")
        let first = try #require(FileStamp(path))
        #expect(FileStamp(path) == first && first.size == 3 && first.kind == .regular)
        #expect(try FileStamp(OpenFile(path, .reading)) == first)
        try OpenFile(path, .appending).write([1])
        let grown = try #require(FileStamp(path))
        #expect(grown != first && grown.isSameFile(as: first))
        // Another file of the same size.
        try AtomicFile.write("four", to: path)
        let replaced = try #require(FileStamp(path))
        #expect(replaced.size == grown.size && replaced != grown && !replaced.isSameFile(as: grown))
    }

    @Test func `a link is not followed, and a missing file has no stamp`() throws {
        let directory = try TemporaryDirectory()
        #expect(FileStamp(directory.file("file")) == nil)
        try directory.add("file", "one")
        try POSIX.makeSymbolicLink(directory.file("link"), to: "file")
        #expect(FileStamp(directory.file("link"))?.kind == .symbolicLink)
    }
}

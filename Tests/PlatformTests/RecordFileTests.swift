import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite("Files of records")
struct RecordFileTests {
    /// Ends a record after each line.
    private func end(_ content: [UInt8], _ count: Int) -> Int? { RecordFile.end(ofLines: count, in: content) }

    @Test
    func `a file grows by whole records and continues after any number of them`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("records")
        let file = try RecordFile(creating: path, head: Array("head\n".utf8))
        for record in ["a\n", "b\n"] { try file.append(Array(record.utf8)) }
        try file.synchronize()
        #expect(file.count == 2)
        #expect(try text(path) == "head\na\nb\n")
        let cut = try RecordFile.Cut(path: path, content: RecordFile.content(of: path), count: 1) {
            end($0, $1 + 1)
        }
        #expect(!cut.isEnd)
        let next = try RecordFile(continuing: cut)
        try next.append(Array("c\n".utf8))
        #expect(next.count == 2)
        #expect(try text(path) == "head\na\nc\n")
    }

    @Test
    func `fewer records than expected change nothing`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("records", "a\nb")
        let problem = error(FormatError.self) {
            _ = try RecordFile.Cut(path: path, content: RecordFile.content(of: path), count: 2, end: end)
        }
        #expect(problem == FormatError(path: path, reason: "expected at least 2 records, found fewer"))
        #expect(problem?.description == "\(path): expected at least 2 records, found fewer")
        #expect(try text(path) == "a\nb")
    }

    @Test
    func `an existing file is not created again, and other kinds of files are not read`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("records", "a\n")
        #expect(error(FileError.self) { _ = try RecordFile(creating: path) }?.code == EEXIST)
        #expect(try text(path) == "a\n")
        #expect(
            error(FileError.self) { _ = try RecordFile.content(of: "/dev/null") }?.misfit?.found == .device)
    }
}

import Foundation
import Platform
import TensorBoard
import TestSupport
import Testing

@testable import Runs

@Suite("Truncated and continued logs")
struct RecordFileTests {
    @Test
    func `a table is continued after any number of rows`() throws {
        let directory = try TemporaryDirectory()
        let whole = "a,b\n0,0.0\n1,0.5\n2,1.0\n3,1.5\n4,2.0\n"
        for rows in 0...5 {
            for rest in ["", "7", "7,1", "7,1\n8"] {
                let path = try directory.add("m.csv", whole + rest)
                let table = try MetricsCSV(continuing: .init(path, columns: ["a", "b"], rows: rows))
                #expect(table.rows == rows)
                try table.append(epoch: 9, [2.5])
                try table.synchronize()
                #expect(table.rows == rows + 1)
                let kept = whole.split(separator: "\n").prefix(rows + 1).joined(separator: "\n")
                #expect(try text(path) == kept + "\n9,2.5\n")
            }
        }
    }

    @Test
    func `a table with fewer rows, other columns, or no content is an error`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("m.csv", "a,b\n1,2\n3,4")
        func problem(_ columns: [String], _ rows: Int) -> RunError? {
            error(RunError.self) { _ = try MetricsCSV(continuing: .init(path, columns: columns, rows: rows)) }
        }
        #expect(problem(["a", "b"], 2) == .incompleteLog(path: path, expected: 2))
        #expect(problem(["a", "b"], 1 << 40 - 1) == .incompleteLog(path: path, expected: 1 << 40 - 1))
        #expect(problem(["a", "c"], 1) == .otherColumns(path: path, expected: ["a", "c"]))
        #expect(problem(["a"], 1) == .otherColumns(path: path, expected: ["a"]))
        #expect(problem(["a", "b", "c"], 1) == .otherColumns(path: path, expected: ["a", "b", "c"]))
        // No byte of the file was changed.
        #expect(try text(path) == "a,b\n1,2\n3,4")
        try directory.add("m.csv", "")
        #expect(problem(["a"], 0) == .otherColumns(path: path, expected: ["a"]))
        try FileManager.default.removeItem(atPath: path)
        #expect(
            error(FileError.self) { _ = try MetricsCSV(continuing: .init(path, columns: ["a"], rows: 0)) }?
                .isMissing
                == true)
    }

    @Test
    func `lines of JSON are continued after any number of them`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("m.jsonl")
        let written = try MetricsJSONL(creating: path)
        let numbers = [0.1 + 0.2, .nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude, 1e300]
        for (index, number) in numbers.enumerated() {
            try written.append([
                ("i", .integer(index)), ("left out", nil), ("x", .double(number)),
                ("t", .text("\"\n\\é\u{1}")),
            ])
        }
        #expect(written.records == 7)
        let whole = try text(path)
        let lines = whole.split(separator: "\n")
        #expect(lines.count == 7)
        #expect(lines[1] == #"{"i":1,"x":"nan","t":"\"\n\\é\u0001"}"#)
        for (line, number) in zip(lines, numbers) {
            struct Record: Decodable {
                var i: Int
                var x: Double
                var t: String
            }
            let record = try JSON.value(Record.self, from: String(line))
            #expect(record.x.bitPattern == number.bitPattern || record.x.isNaN && number.isNaN)
            #expect(record.t == "\"\n\\é\u{1}")
        }
        for records in 0...7 {
            try directory.add("m.jsonl", whole + "{\"i\":")
            let log = try MetricsJSONL(continuing: MetricsJSONL.cut(path, records: records))
            try log.append([("end", .integer(-1))])
            #expect(log.records == records + 1)
            #expect(
                try text(path) == (lines.prefix(records) + ["{\"end\":-1}"]).joined(separator: "\n") + "\n")
        }
        #expect(
            error(RunError.self) { _ = try MetricsJSONL(continuing: MetricsJSONL.cut(path, records: 9)) }
                == .incompleteLog(path: path, expected: 9))
        #expect(throws: FileError.self) { try MetricsJSONL(creating: path) }
    }

    #if canImport(Glibc)
        @Test
        func `a record that did not fit is written completely before the next`() async {
            await #expect(processExitsWith: .success) {
                let directory = try TemporaryDirectory()
                let path = directory.file("m.csv")
                let table = try MetricsCSV(path: path, columns: ["a", "b"])
                try table.append(epoch: 0, [0])
                FullDisk.begin()
                for row in 1...3 {
                    #expect(
                        error(FileError.self) { try table.append(epoch: row, [0]) }
                            == FileError(path: path, operation: .write, code: EFBIG))
                    #expect(table.rows == row + 1)
                    #expect(throws: FileError.self) { try table.synchronize() }
                    #expect(try text(path) == "a,b\n0,0.0\n")
                }
                FullDisk.end()
                try table.append(epoch: 4, [0])
                #expect(try text(path) == "a,b\n0,0.0\n1,0.0\n2,0.0\n3,0.0\n4,0.0\n")
                FullDisk.begin()
                #expect(throws: FileError.self) { try table.append(epoch: 5, [0]) }
                FullDisk.end()
                try table.synchronize()
                try table.synchronize()
                #expect(try text(path) == "a,b\n0,0.0\n1,0.0\n2,0.0\n3,0.0\n4,0.0\n5,0.0\n")
            }
        }
    #endif
}

@Suite("Files for TensorBoard")
struct EventLogTests {
    private let directory: TemporaryDirectory
    private let run: RunDirectory

    init() throws {
        directory = try TemporaryDirectory()
        run = RunDirectory(path: directory.path)
    }

    /// Returns the number of complete records of each file after the first one; -1 if it has an incomplete record, or
    /// no first one.
    private func files() throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for name in try directory.names where name.hasPrefix("events.out.tfevents.") {
            let content = try RecordFile.content(of: directory.file(name))
            var scanner = RecordScanner(content)
            while (try? scanner.next()) ?? nil != nil {}
            counts[String(name.dropFirst(20).trimmingPrefix { $0 == "0" })] =
                scanner.offset == content.count ? scanner.count - 1 : -1
        }
        return counts
    }

    private func append(_ count: Int, to log: EventLog) throws {
        for step in 0..<count { try log.append([.scalar(tag: "a", value: 1)], step: step) }
    }

    @Test
    func `without truncation the same file is continued, otherwise a new one is created`() throws {
        try append(5, to: try EventLog(creating: run))
        #expect(try files() == ["1": 5])
        for count in (0...5).reversed() {
            let log = try EventLog(continuing: run, at: .init(ofRecords: count, in: run))
            #expect(log.count == count)
            try append(1, to: log)
            #expect(log.count == count + 1)
            #expect(try files() == (count == 5 ? ["1": 6] : ["1": count, "\(6 - count)": 1]))
        }
    }

    /// TensorBoard reads the files in this order.
    @Test
    func `names are in the order in which the files were created`() throws {
        var log = try EventLog(creating: run)
        for count in 1...12 {
            try append(2, to: log)
            log = try EventLog(continuing: run, at: .init(ofRecords: count, in: run))
        }
        try append(1, to: log)
        let steps = try directory.names.sorted().map { name in
            Int(name.suffix(6)) ?? 0
        }
        #expect(steps == Array(1...13))
    }

    @Test(arguments: [1, 12, 16, 20])
    func `half a record at the end is removed`(bytes: Int) throws {
        try append(3, to: try EventLog(creating: run))
        let path = directory.file("events.out.tfevents.000001")
        let whole = try RecordFile.content(of: path)
        try AtomicFile.write(Array(whole.dropLast(bytes)), to: path)
        let log = try EventLog(continuing: run, at: .init(ofRecords: 2, in: run))
        try append(2, to: log)
        #expect(log.count == 4)
        #expect(try files() == ["1": 2, "2": 2])
    }

    @Test
    func `several files are continued after any number of records`() throws {
        // The records in each file: 2 in file 1, 3 in file 2, 1 in file 11.
        func make() throws {
            try append(2, to: try EventLog(creating: run))
            for (name, count) in [("2", 3), ("11", 1)] {
                let other = RunDirectory(path: directory.file(name))
                try FileManager.default.createDirectory(atPath: other.path, withIntermediateDirectories: true)
                try append(count, to: try EventLog(creating: other))
                try FileManager.default.moveItem(
                    atPath: other.path + "/events.out.tfevents.000001",
                    toPath: directory.file("events.out.tfevents.\(name)"))
            }
        }
        let expected: [[String: Int]] = [
            ["1": 0, "12": 1], ["1": 1, "12": 1], ["1": 2, "12": 1], ["1": 2, "2": 1, "12": 1],
            ["1": 2, "2": 2, "12": 1], ["1": 2, "2": 3, "12": 1], ["1": 2, "2": 3, "11": 2],
        ]
        for count in 0...6 {
            try make()
            let log = try EventLog(continuing: run, at: .init(ofRecords: count, in: run))
            #expect(log.count == count)
            try append(1, to: log)
            #expect(try files() == expected[count])
        }
        try make()
        let last = directory.file("events.out.tfevents.11")
        #expect(
            error(RunError.self) { _ = try EventLog(continuing: run, at: .init(ofRecords: 7, in: run)) }
                == .incompleteLog(path: last, expected: 7))
    }

    @Test
    func `a new log removes the files of an earlier start and leaves other files alone`() throws {
        #expect(
            error(RunError.self) { _ = try EventLog(continuing: run, at: .init(ofRecords: 0, in: run)) }
                == .incompleteLog(path: directory.file("events.out.tfevents.000001"), expected: 0))
        for name in ["1", "7", "host"] { try directory.add("events.out.tfevents.\(name)", "x") }
        let log = try EventLog(creating: run)
        #expect(log.count == 0)
        #expect(try files() == ["1": 0, "host": -1])
    }
}

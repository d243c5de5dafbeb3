import Platform
import TestSupport
import Testing

@testable import Datasets

@Suite("Messages about data sets")
struct DatasetMessageTests {
    private static let problems: KeyValuePairs<String, DatasetError.Problem> = [
        "fileTooLarge": .fileTooLarge, "imagesNotPicture": .imagesNotPicture, "notIDX": .notIDX,
        "unknownElementType": .unknownElementType, "sizeOverflow": .sizeOverflow, "oversized": .oversized,
        "truncated": .truncated, "tooLong": .tooLong, "damagedGzip": .damagedGzip,
        "checksumMismatch": .checksumMismatch, "lengthMismatch": .lengthMismatch,
        "trailingData": .trailingData,
        "wrongElementType": .wrongElementType, "wrongShape": .wrongShape, "countMismatch": .countMismatch,
        "labelOutOfRange": .labelOutOfRange, "notZip": .notZip, "unsupportedZip": .unsupportedZip,
        "damagedZip": .damagedZip, "zipChecksum": .zipChecksum, "missingEntry": .missingEntry,
        "nameTooLong": .nameTooLong, "tooManyColumns": .tooManyColumns, "notCSV": .notCSV,
        "invalidUTF8": .invalidUTF8, "unclosedQuote": .unclosedQuote, "textAfterQuote": .textAfterQuote,
        "strayQuote": .strayQuote, "fieldCount": .fieldCount, "duplicateColumn": .duplicateColumn,
        "missingColumn": .missingColumn, "missingNames": .missingNames, "noRows": .noRows,
        "invalidDate": .invalidDate, "mixedDates": .mixedDates, "duplicateDate": .duplicateDate,
        "timesOfADay": .timesOfADay, "severalTickers": .severalTickers,
        "mixedNumbers": .mixedNumbers,
        "invalidNumber": .invalidNumber, "valueOutOfRange": .valueOutOfRange,
    ]

    @Test func `every problem of a file`() throws {
        let messages = Self.problems.map { name, problem in
            let error = DatasetError.invalid(
                file: "FILE", problem: problem, at: .byte(7), expected: "EXPECTED", found: "FOUND")
            return (name: name, message: "\(error)")
        }
        try Snapshot.check(
            messages: messages, "dataset-problems", declaredIn: "Sources/Datasets/DatasetError.swift",
            by: ["package static let "])
    }

    @Test func `every other error`() throws {
        let errors: [DatasetError] = [
            .missing(names: ["A"], lookedFor: ["data/A", "data/A.gz"], remedy: "REMEDY"),
            .missing(names: ["A", "B"], lookedFor: ["data/A", "data/B"], remedy: ""),
            .unreadable(file: "FILE", reason: "REASON"), .noMemory(file: "FILE", bytes: 1000),
            .tooFewRows(file: "FILE", asked: "5 rows", present: "4 rows"),
            .invalid(file: "FILE", problem: .foreign(.html), at: .byte(0), expected: "E", found: "F"),
            .invalid(
                file: "FILE", problem: .foreign(.gitLFSPointer), at: .byte(0), expected: "E", found: "F"),
            .invalid(
                file: "FILE", problem: .ambiguousDates("dmy or mdy"), at: .line(2), expected: "E", found: "F"),
            .invalid(
                file: "FILE", problem: .severalTickers("A"), at: .field(line: 2, column: 3, name: "Ticker"),
                expected: "E", found: "F"),
            .invalid(file: "FILE", problem: .tooLong, at: .unpackedByte(3), expected: "E", found: "F"),
        ]
        try Snapshot.check(errors.map { "\($0)\n" }.joined(separator: "\n"), "Messages/dataset-errors")
    }

    @Test(arguments: [ImageDataset.mnist, .kmnist, .idx])
    func `how to get files by hand`(dataset: ImageDataset) throws {
        let directory = try TemporaryDirectory()
        let error = error(DatasetError.self) { _ = try dataset.files(in: directory.path) }
        let text = "\(try #require(error))\n".replacing(directory.path, with: "DIRECTORY")
        try Snapshot.check(text, "Messages/files-of-\(dataset.name)")
    }
}

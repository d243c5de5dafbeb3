import Datasets
import Foundation
import TestSupport
import Testing

@testable import SequenceFiles

@Suite("Folders and paths of sequences")
struct SequenceFolderTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func read(_ options: SequenceFileOptions = SequenceFileOptions()) throws -> LabeledSequences {
        try LabeledSequences(contentsOf: directory.path, options: options)
    }

    /// Returns the error with the directory's path replaced by "D".
    private func failure(_ options: SequenceFileOptions = SequenceFileOptions()) -> String {
        message { try read(options) }.replacing(directory.path, with: "D")
    }

    private func addClasses() throws {
        try directory.add("walk/2.csv", "x,y\n3,30\n")
        try directory.add("walk/1.csv", "x,y\r\n1,10\r\n2,20\r\n")
        try directory.add("run/a.CSV", "x;y\n4;40\n")
    }

    @Test func `a subfolder is a class and a file a sequence`() throws {
        try addClasses()
        try directory.write(gzip(Array("x,y\n5,50\n".utf8)), to: "run/b.csv.gz")
        try directory.add("run/.hidden", "?")
        try directory.add(".cache/x.csv", "?")
        try directory.add("README.md", "Steps of two people")
        let sequences = try read()
        #expect(sequences.targets == .classes(["run", "walk"]) && sequences.channels == 2)
        #expect(sequences.allValues == [[4, 40], [5, 50], [1, 10, 2, 20], [3, 30]])
        #expect(sequences.allTargets == [.label(0), .label(0), .label(1), .label(1)])
    }

    @Test func `links to folders and files are followed`() throws {
        try directory.add("walk/1.csv", "x\n1\n")
        try FileManager.default.createSymbolicLink(atPath: directory.file("run"), withDestinationPath: "walk")
        #expect(try read().allValues == [[1], [1]])
    }

    @Test func `columns named as the id and the class are not channels`() throws {
        try directory.add("a/1.csv", "id,x,label\n7,1,0\n")
        try directory.add("b/1.csv", "x\n2\n")
        #expect(try read().allValues == [[1], [2]])
    }

    @Test func `options name classes and channels`() throws {
        try addClasses()
        let sequences = try read(
            .with {
                $0.classNames = ["walk", "sit", "run"]
                $0.channelColumns = ["y"]
            })
        #expect(sequences.targets == .classes(["walk", "sit", "run"]) && sequences.channels == 1)
        #expect(sequences.allValues == [[10, 20], [30], [40]])
        #expect(sequences.allTargets == [.label(0), .label(0), .label(2)])
        #expect(
            failure(.with { $0.classNames = ["walk", "sit"] })
                == "D/run: cannot be read: expected a folder of one of the classes \"walk\", \"sit\", found \"run\"; "
                + "rename the folder, or add it to the names of the classes (classNames)")
    }

    @Test func `rows of blanks are steps of missing values, unless they are at the end`() throws {
        try directory.add("a/1.csv", "x,y\n1,1\n,\n3,5\n,\n\n")
        try directory.add("b/1.csv", "x,y\n2,2\n")
        #expect(
            failure()
                == "D/a/1.csv: missing value at line 3, column 1 (x): expected a number, found \"\"; write the "
                + "number, or interpolate missing values (missing: .interpolate)")
        #expect(
            try read(.with { $0.missing = .interpolate }).allValues == [[1, 1, 2, 3, 3, 5], [2, 2]])
    }

    @Test func `files with different columns are an error that names both`() throws {
        try addClasses()
        try directory.add("walk/3.csv", "x,z\n1,2\n")
        #expect(
            failure()
                == "D/walk/3.csv: different columns at line 1: expected the columns of D/run/a.CSV, \"x\", \"y\", "
                + "found \"x\", \"z\"; give all files the same columns, or name the columns to read "
                + "(channelColumns)")
    }

    @Test func `a folder that is not divided into classes is an error`() throws {
        let none =
            "D: cannot be read: expected a subfolder for each of 2 to 256 classes, found none; put the CSV files of "
            + "each class into a subfolder with its name"
        #expect(failure() == none)
        #expect(failure(.with { $0.classNames = ["a", "b"] }) == none)
        try directory.add("walk/1.csv", "x\n1\n")
        #expect(failure() == none.replacing("found none", with: "found only \"walk\""))
        try directory.add("2.csv", "x\n1\n")
        #expect(
            failure()
                == "D/2.csv: cannot be read: expected files in the subfolders of their classes, found a file beside "
                + "them; move the file to a subfolder with its class's name")
    }

    @Test func `a folder of a class has CSV files only`() throws {
        try addClasses()
        try FileManager.default.createDirectory(
            atPath: directory.file("sit"), withIntermediateDirectories: true)
        #expect(
            failure()
                == "D/sit: cannot be read: expected a CSV file for each sequence, found none; add the files, or "
                + "remove the folder")
        try directory.add("sit/notes.md", "x")
        #expect(
            failure()
                == "D/sit/notes.md: cannot be read: expected a name that ends in .csv, .tsv or .txt, also with .gz, "
                + "found \"notes.md\"; move it out of the folder of the class")
    }

    /// Linux keeps both names apart; a comparison of texts does not.
    @Test func `two folders whose names are the same text are an error`() throws {
        try directory.add("caf\u{E9}/a.csv", "x,y\n1,2\n")
        try directory.add("cafe\u{301}/a.csv", "x,y\n1,2\n")
        try directory.add("b/a.csv", "x,y\n1,2\n")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        guard names.count == 3 else { return }  // macOS has one folder.
        #expect(
            failure().hasSuffix(
                "expected subfolders with different names, found the same name twice, in two forms of Unicode; rename "
                    + "one of them"))
    }

    @Test func `only the name of a file says that it is a training set`() throws {
        try directory.add("x_TRAIN.d/q_TRAIN.ts", "")
        try directory.add("x_TRAIN.d/q_TEST.ts", "")
        try directory.add("x_TRAIN.d/other.ts", "")
        #expect(
            SequenceFile.testSet(beside: directory.file("x_TRAIN.d/q_TRAIN.ts"))
                == directory.file("x_TRAIN.d/q_TEST.ts"))
        #expect(SequenceFile.testSet(beside: directory.file("x_TRAIN.d/other.ts")) == nil)
    }

    @Test func `more than 256 classes are an error`() throws {
        for index in 0..<257 { try directory.add("\(index)/1.csv", "x\n1\n") }
        #expect(
            failure()
                == "D: cannot be read: expected a subfolder for each of 2 to 256 classes, found 257; put the CSV "
                + "files of each class into a subfolder with its name")
    }

    @Test func `a file without names is an error`() throws {
        try directory.add("a/1.csv", "1,-2.5\n3,4\n")
        try directory.add("b/1.csv", "1,-2.5\n3,4\n")
        #expect(
            failure()
                == "D/a/1.csv: no column names at line 1: expected a name for each column, found \"1\", \"-2.5\"; add "
                + "a line with the names above the first row, such as x,y,z")
    }

    @Test func `values to compute are in one CSV file`() throws {
        try addClasses()
        #expect(
            failure(.with { $0.valueColumns = ["x"] })
                == "D: cannot be read: expected a CSV file for sequences with values (valueColumns), found a folder; "
                + "write all sequences to one CSV file with a column for their ids")
    }

    @Test func `a folder, a FIFO and a link to nothing among the files are errors`() throws {
        try addClasses()
        try directory.add("run/x.csv/1.csv", "x,y\n1,2\n")
        #expect(failure() == "D/run/x.csv: cannot be read: it is a directory; give the path of a file")
        try FileManager.default.removeItem(atPath: directory.file("run/x.csv"))
        #expect(mkfifo(directory.file("run/x.csv"), 0o600) == 0)
        #expect(
            failure()
                == "D/run/x.csv: cannot be read: it is a FIFO; save its content to a file, and give the path of the "
                + "file")
        try FileManager.default.removeItem(atPath: directory.file("run/x.csv"))
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("run/x.csv"), withDestinationPath: "nothing")
        #expect(failure() == "missing file: D/run/x.csv\nlooked for:\n  D/run/x.csv\ncheck the path")
    }

    // MARK: Paths

    @Test(arguments: [
        ("x.ts", "@classLabel true a b\n@data\n1:a\n2:b\n"),
        ("X.TS", "@classLabel true a b\n@data\n1:a\n2:b\n"),
        ("x.csv", "id,label,x\n1,a,1\n2,b,2\n"), ("x.tsv", "id\tlabel\tx\n1\ta\t1\n2\tb\t2\n"),
        ("x.txt", "id label|x|id\n1|1|1\n"),
    ])
    func `the end of the name decides how a file is read, also compressed`(name: String, text: String) throws
    {
        let bytes = Array(text.utf8)
        var options = SequenceFileOptions()
        if name == "x.txt" {
            options.labelColumn = "id label"
            options.classNames = ["1", "2"]
        }
        for (path, content) in [(name, bytes), (name + ".gz", gzip(bytes)), (name, gzip(bytes))] {
            let sequences = try LabeledSequences(
                contentsOf: directory.write(content, to: path), options: options)
            #expect(sequences[0].values == [1], "\(path)")
        }
    }

    @Test func `other paths are errors`() throws {
        func failure(_ name: String) -> String {
            message { try LabeledSequences(contentsOf: directory.file(name)) }
                .replacing(directory.path, with: "D")
        }
        try directory.add("x.arff", "@data")
        #expect(
            failure("x.arff")
                == "D/x.arff: unknown file format at byte 0: expected a name that ends in .ts, .csv, .tsv or .txt, "
                + "also with .gz, found \"x.arff\"; give a .ts or .csv file, raw or compressed with gzip, or a folder "
                + "with a subfolder for each class")
        for name in ["y.arff", "y.ts", "y.csv", "y"] {
            #expect(failure(name) == "missing file: D/\(name)\nlooked for:\n  D/\(name)\ncheck the path")
        }
        for name in ["f.ts", "f.csv", "f"] {
            #expect(mkfifo(directory.file(name), 0o600) == 0)
            #expect(
                failure(name)
                    == "D/\(name): cannot be read: it is a FIFO; save its content to a file, and give the path of "
                    + "the file")
        }
        var damaged = gzip(Array("id,label,x\n1,a,1\n2,b,2\n".utf8))
        damaged.removeLast(4)
        try directory.write(damaged, to: "d.csv.gz")
        #expect(
            failure("d.csv.gz")
                == "D/d.csv.gz: truncated at byte \(damaged.count): expected more gzip data, found the end of the "
                + "file; delete the file and download it again")
    }
}

import Datasets
import Testing

@testable import SequenceFiles

private func read(
    _ text: String, _ options: SequenceFileOptions = SequenceFileOptions()
) throws -> LabeledSequences {
    try LabeledSequences(csv: Array(text.utf8), path: "x.csv", options: options)
}

private let text = """
    id,label,x,y
    a,walk,1,10
    a,walk,2,20
    b,run,3,30

    """

@Suite("CSV files of several sequences")
struct SequenceTableTests {
    @Test func `consecutive rows with an id are a sequence`() throws {
        let sequences = try read(text)
        #expect(sequences.count == 2 && sequences.channels == 2 && sequences.longest == 2)
        #expect(sequences.allValues == [[1, 10, 2, 20], [3, 30]])
        #expect(sequences.targets == .classes(["run", "walk"]))
        #expect(sequences.allTargets == [.label(1), .label(0)])
    }

    @Test(arguments: [
        ("CRLF", text.replacing("\n", with: "\r\n")), ("a byte order mark", "\u{FEFF}" + text),
        ("semicolons", text.replacing(",", with: ";")), ("tabs", text.replacing(",", with: "\t")),
        ("names in other cases", text.replacing("id,label", with: "ID, Label ")),
        ("spaces around fields", text.replacing(",", with: " , ")),
        ("quotes", text.replacing("walk", with: "\"walk\"").replacing("20", with: "\"20\"")),
        ("blank lines", "\n" + text.replacing("b,", with: "\n\nb,") + ",,,\n,,,\n"),
        ("another order", "y,x,label,id\n10,1,walk,a\n20,2,walk,a\n30,3,run,b\n"),
        ("a column of text", text.replacing("y\n", with: "y,who\n").replacing("0\n", with: "0,Ann\n")),
        ("a column without a name", ",id,label,x,y\n0,a,walk,1,10\n1,a,walk,2,20\n2,b,run,3,30\n"),
    ])
    func `a table may be written in several ways`(name: String, table: String) throws {
        let options = SequenceFileOptions.with {
            if name == "another order" { $0.channelColumns = ["x", "Y"] }
        }
        let sequences = try read(table, options)
        #expect(sequences.allValues == [[1, 10, 2, 20], [3, 30]], "\(name)")
        #expect(sequences.allTargets == [.label(1), .label(0)], "\(name)")
    }

    @Test func `options name the columns`() throws {
        let table = "time,take,activity,ax,ay\n0,7,sit,1,2\n1,7,sit,3,4\n0,8,run,5,6\n"
        var options = SequenceFileOptions.with {
            $0.idColumn = "take"
            $0.labelColumn = "activity"
            $0.channelColumns = ["ay", "ax"]
        }
        #expect(try read(table, options).allValues == [[2, 1, 4, 3], [6, 5]])
        options.channelColumns = nil
        #expect(try read(table, options).allValues == [[0, 1, 2, 1, 3, 4], [0, 5, 6]])
        options.classNames = ["stand", "sit", "run"]
        #expect(try read(table, options).targets == .classes(["stand", "sit", "run"]))
        #expect(try read(table, options).allTargets == [.label(1), .label(2)])
    }

    @Test func `sequences have values to compute in place of a class`() throws {
        let options = SequenceFileOptions.with { $0.valueColumns = ["speed", "mass"] }
        let sequences = try read("id,x,mass,speed,label\n1,5,70,1.5,w\n1,6,70.0,1.5,w\n2,7,80,2,r\n", options)
        #expect(sequences.targets == .values(2) && sequences.allValues == [[5, 6], [7]])
        #expect(sequences.allTargets == [.values([1.5, 70]), .values([2, 80])])
    }

    @Test func `each step may have a class or values`() throws {
        let table = "id,label,x,v\n1,b,5,1\n1,a,6,2\n2,b,7,3\n"
        let classes = try read(table, .with { $0.targets = .eachStep })
        #expect(classes.targets == .stepClasses(["a", "b"]) && classes.channels == 2)
        #expect(classes.allTargets == [.stepLabels([1, 0]), .stepLabels([1])])
        let values = try read(
            table,
            .with {
                $0.targets = .eachStep
                $0.valueColumns = ["v", "x"]
                $0.channelColumns = ["x"]
            })
        #expect(values.targets == .stepValues(2) && values.allValues == [[5, 6], [7]])
        #expect(values.allTargets == [.stepValues([1, 5, 2, 6]), .stepValues([3, 7])])
    }

    @Test func `a step without a class or a value is an error`() {
        func message(_ table: String, _ columns: [String] = []) -> String {
            SequenceFilesTests.message {
                try read(
                    table,
                    .with {
                        $0.targets = .eachStep
                        $0.valueColumns = columns
                    })
            }
        }
        #expect(
            message("id,label,x\n1,b,5\n1,,6\n").hasPrefix(
                "x.csv: missing target at line 3, column 2 (label): expected the class of the step, found \"\""
            ))
        #expect(
            message("id,label,x\n1,b,5\n1,b,6\n").hasPrefix(
                "x.csv: wrong number of classes at line 2, column 2 (label): expected at least 2 classes"))
        #expect(
            message("id,label,x\n1,2,5\n1,b,6\n", ["label"]).hasPrefix(
                "x.csv: invalid number at line 3, column 2 (label)"))
    }

    @Test func `only CSV files have targets at each step`() throws {
        for (path, kind) in [("datasets", "a folder"), ("x.ts", "a .ts file")] {
            #expect(
                message { try LabeledSequences(contentsOf: path, options: .with { $0.targets = .eachStep }) }
                    == "\(path): cannot be read: expected a CSV file for a target at each step (targets), found \(kind); write all "
                    + "sequences to one CSV file with a column for their ids")
        }
    }

    @Test(arguments: [
        (["10", "9", "2"], ["2", "9", "10"]), (["1", "-1"], ["-1", "1"]),
        (["1.5", "10", "2"], ["1.5", "10", "2"]),
        (["b", "10", "a"], ["10", "a", "b"]), (["1", "01"], ["01", "1"]),
        (["99999999999999999999", "3"], ["3", "99999999999999999999"]), (["é", "z", "e"], ["e", "z", "é"]),
    ])
    func `classes are sorted, whole numbers by value`(names: [String], expected: [String]) throws {
        let rows = names.enumerated().map { "\($0),\($1),1\n" }.joined()
        #expect(try read("id,label,x\n" + rows).targets == .classes(expected))
    }

    @Test(arguments: ["?", "", "NaN", "NA", "n/a", "null", "None", " ", "\"\"", "<NA>", "#N/A"])
    func `missing values are refused or interpolated`(_ missing: String) throws {
        let table =
            "id,label,x,y\n1,a,\(missing),1\n1,a,2,1\n1,a,\(missing),1\n1,a,5,1\n2,b,7,1\n2,b,\(missing),1\n"
        #expect(
            message { try read(table) }
                == "x.csv: missing value at line 2, column 3 (x): expected a number, found "
                + "\"\(missing.filter { $0 != "\"" })\"; write the number, or interpolate missing values (missing: "
                + ".interpolate)")
        let sequences = try read(table, .with { $0.missing = .interpolate })
        #expect(sequences.allValues == [[2, 1, 2, 1, 3.5, 1, 5, 1], [7, 1, 7, 1]])
    }

    @Test func `a row of blanks is a step of missing values, unless it is at the end`() throws {
        let table = "id,label,x,y\n1,a,1,1\n,,,\n1,a,3,1\n2,b,1,1\n,,,\n"
        #expect(
            message { try read(table, .with { $0.missing = .interpolate }) }
                == "x.csv: missing id at line 3, column 1 (id): expected the id of the sequence, found \"\"; write "
                + "the id of the sequence in each of its rows")
    }

    @Test(arguments: [
        (
            "",
            "no rows at line 1: expected column names, found an empty file; give a file with rows below the "
                + "column names, and a value in each column that is used"
        ),
        (
            "id,label,x\n",
            "no rows at line 2: expected at least one row, found the end of the file after the column "
                + "names; give a file with rows below the column names, and a value in each column that is used"
        ),
        (
            "id,label,x\n,,\n",
            "no rows at line 3: expected at least one row, found the end of the file after the "
                + "column names; give a file with rows below the column names, and a value in each column that is used"
        ),
        (
            "label,x\na,1\n",
            "missing column at line 1: expected a column \"id\", found \"label\", \"x\"; add the "
                + "column, or name another one (idColumn)"
        ),
        (
            "id,x\na,1\n",
            "missing column at line 1: expected a column \"label\", found \"id\", \"x\"; add the "
                + "column, or name another one (labelColumn)"
        ),
        (
            "id,label,x\na,w,1\nb,w,2\n",
            "wrong number of classes at line 2, column 2 (label): expected at least 2 "
                + "classes, found \"w\" in all rows; give sequences of 2 to 256 classes, or name all classes "
                + "(classNames)"
        ),
        (
            "id,label,x\na,w,1\na,r,2\n",
            "different targets in one sequence at line 3, column 2 (label): expected "
                + "\"w\", as on line 2, found \"r\"; write the same class or value in each row of the sequence, "
                + "give the rows another id, or read a target for each step (targets: .eachStep)"
        ),
        (
            "id,label,x\na,w,1\nb,r,2\na,w,3\n",
            "rows of a sequence in several places at line 4, column 1 (id): "
                + "expected the rows of each sequence next to each other, found \"a\", as on line 2; sort the rows "
                + "by id, or give each sequence a different id"
        ),
        (
            "id,label,x\n,w,1\nb,r,2\n",
            "missing id at line 2, column 1 (id): expected the id of the sequence, found "
                + "\"\"; write the id of the sequence in each of its rows"
        ),
        (
            "id,label,x\na,,1\nb,r,2\n",
            "missing target at line 2, column 2 (label): expected the class of the "
                + "sequence, found \"\"; write the class or the value of the sequence"
        ),
        (
            "id,label,x\na,w,1\nb,r,\"1,5\"\n",
            "invalid number at line 3, column 3 (x): expected a number, such as "
                + "1.5 or -2.1e-3, found \"1,5\"; write numbers with a decimal point and without thousands "
                + "separators, such as -1234.5"
        ),
        (
            "id,label,x,y\na,w,1,?\nb,r,x,2\n",
            "missing value at line 2, column 4 (y): expected a number, found "
                + "\"?\"; write the number, or interpolate missing values (missing: .interpolate)"
        ),
        (
            "id,label,x\na,w,1\nb,r,1e39\n",
            "number out of range at line 3, column 3 (x): expected a number from "
                + "-3.4e38 to 3.4e38, found \"1e39\"; scale the values, so that each is below 3.4e38"
        ),
        (
            "id,label,x,y\na,w,1,\nb,r,2,\n",
            "a column without a value at line 2, column 4 (y): expected at least "
                + "one number in the column, found \"\"; remove the column, or name the columns to read "
                + "(channelColumns)"
        ),
        (
            "id,label,who\na,w,Ann\nb,r,Bo\n",
            "no channels at line 1: expected a column of numbers for each channel, "
                + "found \"id\", \"label\", \"who\"; give a file with at least one column of numbers"
        ),
        (
            "id,label,x\na,w,1\nb,r\n",
            "wrong number of fields at line 3: expected 3 fields, one for each column, "
                + "found 2; write a field for each column name; put a field that contains a separator between quotes"
        ),
        (
            "id,label,x\na,w,1\nwalk,2\n",
            "wrong number of fields at line 3: expected 3 fields, one for each column, "
                + "found 2; write a field for each column name; put a field that contains a separator between quotes"
        ),
        (
            "id,label,x,X\na,w,1,1\n",
            "duplicate column name at line 1, column 4 (X): expected different names, "
                + "ignoring case, found \"X\", like column 3; rename or remove one of the two columns"
        ),
    ])
    func `a wrong table is an error`(table: String, expected: String) {
        #expect(message { try read(table) } == "x.csv: " + expected)
    }

    @Test(arguments: [
        (
            "1,5,\n",
            "missing target at line 2, column 3 (v): expected a number, found \"\"; write the class or the "
                + "value of the sequence"
        ),
        (
            "1,5,a\n",
            "invalid number at line 2, column 3 (v): expected a number, such as 1.5 or -2.1e-3, found \"a\"; "
                + "write numbers with a decimal point and without thousands separators, such as -1234.5"
        ),
        (
            "1,5,1e99\n",
            "number out of range at line 2, column 3 (v): expected a number from -3.4e38 to 3.4e38, found "
                + "\"1e99\"; scale the values, so that each is below 3.4e38"
        ),
        (
            "1,5,1\n1,5,2\n",
            "different targets in one sequence at line 3, column 3 (v): expected \"1\", as on line 2, "
                + "found \"2\"; write the same class or value in each row of the sequence, give the rows another id, or "
                + "read a target for each step (targets: .eachStep)"
        ),
    ])
    func `a wrong value to compute is an error`(rows: String, expected: String) {
        let options = SequenceFileOptions.with {
            $0.valueColumns = ["v"]
            $0.missing = .interpolate
        }
        #expect(message { try read("id,x,v\n" + rows, options) } == "x.csv: " + expected)
    }

    @Test func `named channels and classes must exist`() {
        #expect(
            message { try read(text, .with { $0.channelColumns = ["x", "z"] }) }
                == "x.csv: missing column at line 1: expected a column \"z\", found \"id\", \"label\", \"x\", \"y\"; "
                + "add the column, or name another one (channelColumns)")
        #expect(
            message { try read(text, .with { $0.classNames = ["walk", "sit"] }) }
                == "x.csv: unknown class at line 4, column 2 (label): expected one of the classes \"walk\", \"sit\", "
                + "found \"run\"; correct the class, or add it to the names of the classes")
        #expect(
            message { try read("id,label,x\na,w,u\nb,r,v\n", .with { $0.channelColumns = ["x"] }) }
                == "x.csv: invalid number at line 2, column 3 (x): expected a number, such as 1.5 or -2.1e-3, found "
                + "\"u\"; write numbers with a decimal point and without thousands separators, such as -1234.5"
        )
    }

    @Test func `a sequence of missing values only is an error`() {
        let table = "id,label,x,y\na,w,1,1\nb,r,1,\nb,r,2,\n"
        #expect(
            message { try read(table, .with { $0.missing = .interpolate }) }
                == "x.csv: a channel without a value at line 3, column 4 (y): expected at least one number in the 2 "
                + "rows of the sequence, found missing values only; write at least one number, or leave the sequence "
                + "out")
    }

    @Test func `256 classes and 65,536 steps are read, and more are errors`() throws {
        func table(classes: Int) -> String {
            "id,label,x\n" + (0..<classes).map { "\($0),c\($0),1\n" }.joined()
        }
        #expect(try read(table(classes: 256)).count == 256)
        #expect(
            message { try read(table(classes: 257)) }
                == "x.csv: too many classes at line 258, column 2 (label): expected at most 256 classes, found "
                + "\"c256\" after 256 others; group classes; if the labels are numbers to compute, give them as "
                + "values (valueColumns)")
        func table(steps: Int) -> String {
            "id,label,x\n" + repeatElement("a,w,1\n", count: steps).joined() + "b,r,1\n"
        }
        #expect(try read(table(steps: 65_536)).longest == 65_536)
        #expect(
            message { try read(table(steps: 65_537)) }
                == "x.csv: too many steps at line 65538: expected at most 65536 rows for a sequence, found 65537; "
                + "divide the sequence, or leave out steps")
    }

    @Test(arguments: ["id", "label"])
    func `ids and classes have at most 256 bytes`(column: String) {
        func table(_ count: Int) -> String {
            let long = "\u{E4}" + String(repeating: "\u{301}", count: (count - 2) / 2)
            return column == "id" ? "id,label,x\n\(long),w,1\nb,r,1\n" : "id,label,x\na,\(long),1\nb,r,1\n"
        }
        #expect(message { try read(table(256)) } == "no error")
        #expect(
            message { try read(table(258)) }
                == "x.csv: name too long at line 2, column \(column == "id" ? 1 : 2) (\(column)): expected at most "
                + "256 bytes, found 258; give a shorter name")
    }
}

import Datasets
import Testing

@testable import SequenceFiles

private let header = "@problemName Steps\n@classLabel true walk run\n@data\n"

private func read(
    _ text: String, _ options: SequenceFileOptions = SequenceFileOptions()
) throws -> LabeledSequences {
    try LabeledSequences(timeSeries: Array(text.utf8), path: "x.ts", options: options)
}

@Suite(".ts files")
struct TimeSeriesFileTests {
    @Test func `dimensions become channels and the classes keep the order of the header`() throws {
        let sequences = try read(
            """
            # Steps of two people: not data.
            #
            @problemName Steps
            @timeStamps false
            @missing false
            @univariate false
            @dimensions 2
            @equalLength false
            @classLabel true walk run
            @data
            1,2,3:10,20,30:run
            # The second person.
            4:40:walk
            -5.5E-1,+6:50., .5 : run
            """)
        #expect(sequences.count == 3 && sequences.channels == 2 && sequences.longest == 3)
        #expect(sequences.targets == .classes(["walk", "run"]))
        #expect(sequences.allValues == [[1, 10, 2, 20, 3, 30], [4, 40], [-0.55, 50, 6, 0.5]])
        #expect(sequences.allTargets == [.label(1), .label(0), .label(1)])
    }

    @Test func `a regression file has a value for each sequence`() throws {
        let sequences = try read("@targetlabel true\n@classLabel false\n@data\n1,2:0.5\n3:-1e3\n")
        #expect(sequences.targets == .values(1))
        #expect(sequences.allTargets == [.values([0.5]), .values([-1000])])
    }

    @Test(arguments: [
        ("LF", header + "1,2:walk\n3:run\n"), ("no end of the last line", header + "1,2:walk\n3:run"),
        ("CRLF", header.replacing("\n", with: "\r\n") + "1,2:walk\r\n3:run\r\n"),
        ("CR", header.replacing("\n", with: "\r") + "1,2:walk\r3:run"),
        ("a byte order mark", "\u{FEFF}" + header + "1,2:walk\n3:run\n"),
        ("blank lines and comments", "\n#x\n%# y\n" + header + "\n 1,2:walk \n\t\n#:y\n3:run\n\n"),
        ("tags in other cases", "@CLASSLABEL TRUE walk run\n@Data\n1,2:walk\n3:run"),
        ("tabs between words", "@classLabel\ttrue\twalk  run\n@data\n1,2:walk\n3:run"),
        ("tags that are not known", "@license CC\n@problemName\n" + header + "1,2:walk\n3:run\n"),
        (
            "a length that equalLength false makes meaningless",
            "@equalLength false\n@seriesLength 0\n" + header + "1,2:walk\n3:run\n"
        ),
    ])
    func `lines may be written in several ways`(name: String, text: String) throws {
        let sequences = try read(text)
        #expect(sequences.allValues == [[1, 2], [3]], "\(name)")
        #expect(sequences.allTargets == [.label(0), .label(1)], "\(name)")
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `an error names the line, whatever ends lines`(end: String) {
        let text = (header + "\n#\n1:walk\nx:run\n").replacing("\n", with: end)
        #expect(message { try read(text) }.hasPrefix("x.ts: invalid number at line 7, column 1 "))
    }

    @Test func `a comment may be in any encoding`() throws {
        let bytes = [UInt8(ascii: "#"), 0xE9, 0x0A] + Array((header + "1:walk\n2:run").utf8)
        #expect(try LabeledSequences(timeSeries: bytes, path: "x.ts").count == 2)
    }

    @Test(arguments: ["?", "NaN", "nan", "", " ? ", "-nan"])
    func `missing values are refused or interpolated`(_ missing: String) throws {
        let text = header + "\(missing),2,\(missing),\(missing),8,\(missing):1,1,1,1,1,1:walk\n3:4:run"
        #expect(
            message { try read(text) }
                == "x.ts: missing value at line 4, column 1 (dimension 1, step 1): expected a number, found "
                + "\"\(missing.filter { $0 != " " })\"; write the number, or interpolate missing values "
                + "(missing: .interpolate)")
        let sequences = try read(text, .with { $0.missing = .interpolate })
        #expect(sequences[0].values == [2, 1, 2, 1, 4, 1, 6, 1, 8, 1, 8, 1])
    }

    @Test func `names of classes in the options replace the names in the header`() throws {
        let text = "@classLabel true run\n@data\n1:run\n2:run"
        #expect(
            message { try read(text) }
                == "x.ts: wrong number of classes at line 1: expected the names of 2 to 256 classes, found 1; "
                + "give sequences of 2 to 256 classes, or name all classes (classNames)")
        let sequences = try read(text, .with { $0.classNames = ["walk", "run"] })
        #expect(sequences.targets == .classes(["walk", "run"]))
        #expect(sequences.allTargets == [.label(1), .label(1)])
    }

    @Test func `256 classes are read and 257 are an error`() throws {
        func text(_ count: Int) -> String {
            "@classLabel true " + (0..<count).map { "c\($0)" }.joined(separator: " ") + "\n@data\n1:c0\n"
        }
        #expect(try read(text(256)).targets == .classes((0..<256).map { "c\($0)" }))
        for count in [257, 10_000] {
            #expect(
                message { try read(text(count)) }
                    == "x.ts: wrong number of classes at line 1: expected the names of 2 to 256 classes, found "
                    + "more; give sequences of 2 to 256 classes, or name all classes (classNames)")
        }
    }

    @Test func `65,536 steps are read and 65,537 are an error`() throws {
        let steps = repeatElement("1", count: 65_536).joined(separator: ",")
        #expect(try read(header + steps + ":walk\n1:run").longest == 65_536)
        #expect(
            message { try read(header + steps + ",1:walk\n1:run") }
                == "x.ts: too many steps at line 4: expected at most 65536 steps, found more; divide the sequence, "
                + "or leave out steps")
        let channels = repeatElement("1", count: 65_536).joined(separator: ":")
        #expect(try read(header + channels + ":walk").channels == 65_536)
        #expect(
            message { try read(header + channels + ":1:walk") }
                == "x.ts: too many channels at line 4: expected at most 65536 dimensions, found more; leave out "
                + "channels")
    }

    @Test(arguments: [
        (
            "",
            "no @data at line 1: expected @data and the sequences, found an empty file; add a line @data above "
                + "the first sequence"
        ),
        (
            "@classLabel true a b\n#\n",
            "no @data at line 2: expected @data and the sequences, found the end of the file; add a line @data "
                + "above the first sequence"
        ),
        (
            "@classLabel true a b\n1,2:a\n",
            "text above @data at line 2: expected a tag such as @problemName, or @data, found \"1,2:a\"; put "
                + "sequences below a line @data, and begin comments with #"
        ),
        (
            "@data 1\n",
            "invalid tag at line 1: expected @data alone in its line, found \"@data 1\"; correct the "
                + "line"
        ),
        (
            "@univariate yes\n@data\n",
            "invalid tag at line 1: expected @univariate true or @univariate false, found \"yes\"; correct the line"
        ),
        (
            "@equalLength\n@data\n",
            "invalid tag at line 1: expected @equalLength true or @equalLength false, found no value; correct the "
                + "line"
        ),
        (
            "@dimensions 99999999999999999999\n@data\n",
            "invalid tag at line 1: expected @dimensions and a number from 1 to 65536, found "
                + "\"99999999999999999999\"; correct the line"
        ),
        (
            "@equalLength true\n@seriesLength 0\n@data\n",
            "invalid tag at line 2: expected @seriesLength and a number from 1 to 65536, found \"0\"; correct the "
                + "line"
        ),
        (
            "#\n@timeStamps True\n@data\n",
            "values with timestamps at line 2: expected @timeStamps false, found @timeStamps true; write 1.5 in "
                + "place of (0,1.5), and @timeStamps false"
        ),
        (
            "@classLabel perhaps\n@data\n",
            "invalid tag at line 1: expected @classLabel true and the names of the classes, found \"perhaps\"; "
                + "correct the line"
        ),
        (
            "@classLabel\n@data\n",
            "invalid tag at line 1: expected @classLabel true and the names of the classes, found no value; correct "
                + "the line"
        ),
        (
            "@targetLabel true\n@classLabel true a b\n@data\n",
            "invalid tag at line 2: expected one of @classLabel true and @targetLabel true, found both; correct the "
                + "line"
        ),
        (
            "@problemName a\n@data\n1:2\n",
            "no class and no value for each sequence at line 2: expected @classLabel true and the names of the "
                + "classes, or @targetLabel true, found neither; add the class or the value to each line, and "
                + "@classLabel or @targetLabel to the header"
        ),
        (
            "@classLabel false\n@data\n1:2\n",
            "no class and no value for each sequence at line 1: expected @classLabel true and the names of the "
                + "classes, or @targetLabel true, found @classLabel false; add the class or the value to each line, "
                + "and @classLabel or @targetLabel to the header"
        ),
        (
            "@classLabel true a b a\n@data\n",
            "duplicate class at line 1: expected different names, found \"a\" twice; name each class once"
        ),
        (
            "@classLabel true\n@data\n",
            "wrong number of classes at line 1: expected the names of 2 to 256 classes, found 0; give sequences of 2 "
                + "to 256 classes, or name all classes (classNames)"
        ),
        (
            "@classLabel true a b\n@data\n\n",
            "no sequences at line 3: expected at least one sequence below @data, found the end of the file; add a "
                + "line for each sequence below @data"
        ),
    ])
    func `a wrong header is an error`(text: String, expected: String) {
        #expect(message { try read(text) } == "x.ts: " + expected)
    }

    @Test(arguments: [
        (
            "", "1,2\n",
            "missing target at line 5: expected a colon and a class after the numbers, found \"1,2\"; write the "
                + "class or the value of the sequence"
        ),
        (
            "", "1,2:\n",
            "missing target at line 5: expected a class after the last colon, found the end of the line; write the "
                + "class or the value of the sequence"
        ),
        (
            "", "1,2:swim\n",
            "unknown class at line 5: expected one of the classes \"walk\", \"run\", found \"swim\"; correct the "
                + "class, or add it to the names of the classes"
        ),
        (
            "", "1,x2:walk\n",
            "invalid number at line 5, column 2 (dimension 1, step 2): expected a number, such as 1.5 or -2.1e-3, "
                + "found \"x2\"; write numbers with a decimal point and without thousands separators, such as -1234.5"
        ),
        (
            "", "1,2:3,inf:walk\n",
            "invalid number at line 5, column 4 (dimension 2, step 2): expected a number, such as 1.5 or -2.1e-3, "
                + "found \"inf\"; write numbers with a decimal point and without thousands separators, such as -1234.5"
        ),
        (
            "", "1,-4e38:walk\n",
            "number out of range at line 5, column 2 (dimension 1, step 2): expected a number from -3.4e38 to "
                + "3.4e38, found \"-4e38\"; scale the values, so that each is below 3.4e38"
        ),
        (
            "", "(0,1.5),(1,2):walk\n",
            "values with timestamps at line 5, column 1 (dimension 1, step 1): expected a number alone, found "
                + "\"(0,1.5),(1,2):walk\"; write 1.5 in place of (0,1.5), and @timeStamps false"
        ),
        (
            "", "1,2:3:walk\n",
            "dimensions of different lengths at line 5: expected 2 values in dimension 2, as in dimension 1, found "
                + "1; write as many values in each dimension, ? for a missing one"
        ),
        (
            "", "1,2:3,4:walk\n1:run\n",
            "wrong number of dimensions at line 6: expected 2 dimensions, as in the first sequence, found 1; correct "
                + "the line, or the header"
        ),
        (
            "@univariate true", "1,2:3,4:walk\n",
            "wrong number of dimensions at line 5: expected 1 dimension, as @univariate true says, found 2; correct "
                + "the line, or the header"
        ),
        (
            "@dimensions 3", "1,2:3,4:walk\n",
            "wrong number of dimensions at line 5: expected 3 dimensions, as line 1 says, found 2; correct the line, "
                + "or the header"
        ),
        (
            "@equalLength true", "1,2:walk\n1:run\n",
            "wrong length at line 6: expected 2 values in each dimension, as @equalLength true says, found 1; correct "
                + "the line, or the header"
        ),
    ])
    func `a wrong line is an error`(tag: String, lines: String, expected: String) {
        #expect(message { try read(tag + "\n" + header + lines) } == "x.ts: " + expected)
    }

    @Test func `a wrong length of all sequences is an error`() {
        let text = "@equalLength true\n@seriesLength 3\n" + header
        #expect(message { try read(text + "1,2,3:walk\n") } == "no error")
        #expect(
            message { try read(text + "1,2:walk\n") }
                == "x.ts: wrong length at line 6: expected 3 values in each dimension, as line 2 says, found 2; "
                + "correct the line, or the header")
    }

    @Test func `a channel of missing values only is an error`() {
        #expect(
            message { try read(header + "1,2:?,?:walk\n", .with { $0.missing = .interpolate }) }
                == "x.ts: a channel without a value at line 4: expected at least one number in dimension 2, found "
                + "missing values only; write at least one number, or leave the sequence out")
    }

    @Test(arguments: [
        (
            "",
            "missing target at line 3: expected a number after the last colon, found \"\"; write the class or the "
                + "value of the sequence"
        ),
        (
            "?",
            "missing target at line 3: expected a number after the last colon, found \"?\"; write the class or the "
                + "value of the sequence"
        ),
        (
            "walk",
            "invalid number at line 3: expected a number, such as 1.5 or -2.1e-3, found \"walk\"; write numbers "
                + "with a decimal point and without thousands separators, such as -1234.5"
        ),
        (
            "1e39",
            "number out of range at line 3: expected a number from -3.4e38 to 3.4e38, found \"1e39\"; scale the "
                + "values, so that each is below 3.4e38"
        ),
    ])
    func `a wrong value to compute is an error`(value: String, expected: String) {
        for missing in SequenceFileOptions.MissingValues.allCases {
            #expect(
                message {
                    try read("@targetLabel true\n@data\n1:\(value)\n", .with { $0.missing = missing })
                } == "x.ts: " + expected)
        }
    }

    @Test func `names of classes have at most 256 bytes and are valid UTF-8`() throws {
        let long = String(repeating: "a", count: 256)
        #expect(try read("@classLabel true \(long) b\n@data\n1:\(long)\n").count == 1)
        #expect(
            message { try read("@classLabel true \(long)a b\n@data\n") }
                == "x.ts: name too long at line 1: expected names of at most 256 bytes, found 257 bytes; give a "
                + "shorter name")
        let bytes = Array("@classLabel true b a".utf8) + [0xE9] + Array("\n@data\n1:b".utf8)
        #expect(
            message { try LabeledSequences(timeSeries: bytes, path: "x.ts") }
                == "x.ts: invalid UTF-8 at line 1: expected names in UTF-8, found \"a\u{FFFD}\"; save the file in "
                + "UTF-8")
    }

    @Test(arguments: [
        (
            "<!DOCTYPE html><p>404",
            "not the file itself at byte 0: expected a .ts file, found an HTML page; download "
                + "the file itself, not the web page that shows it or reports an error"
        ),
        (
            "@data\u{0}",
            "not a .ts file at byte 5: expected text, found the control character 0x00; give a file of "
                + "the UCR and UEA archives, raw or compressed with gzip"
        ),
    ])
    func `other files are errors`(text: String, expected: String) {
        #expect(message { try read(text) } == "x.ts: " + expected)
    }

    @Test func `errors show the beginning of a long text`() {
        let long = String(repeating: "\u{1F600}", count: 100_000)
        for text in [
            long, header + long, header + "1:" + long, header + "\(long):walk", "@univariate \(long)\n@data",
        ] {
            let size = message { try read(text) }.utf8.count
            #expect(size < 500)
        }
    }
}

import Datasets
import Foundation
import Platform
import TestSupport
import Testing

@testable import SequenceFiles

/// Files that a trained model classifies: they may lack classes, and must have the model's channels.
@Suite("Files of the form of a training set")
struct SequenceFormTests {
    private let directory = try! TemporaryDirectory()

    private func file(_ name: String, _ text: String) throws -> String {
        let path = directory.file(name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private func read(_ path: String, _ form: SequenceForm, needsClasses: Bool = false) throws -> SequenceFile
    {
        try SequenceFile(
            path: path,
            options: .with {
                $0.require(form, classesAreOptional: !needsClasses)
                $0.needsClasses = true
            })
    }

    /// Returns the error, with the names of files in place of their paths.
    private func problem(_ body: () throws -> SequenceFile) -> String {
        do {
            _ = try body()
            return "no error"
        } catch {
            return "\(error)".replacing(directory.path + "/", with: "")
        }
    }

    private func steps() throws -> SequenceForm {
        SequenceForm(
            try SequenceFile(path: file("train.csv", "id,label,x,y\n1,walk,1,2\n1,walk,3,4\n2,run,5,6\n")))
    }

    private func series() throws -> SequenceForm {
        SequenceForm(try SequenceFile(path: file("train.ts", "@classLabel true walk run\n@data\n1:2:run\n")))
    }

    @Test func `a form has the names of classes and channels`() throws {
        let (steps, series) = (try steps(), try series())
        #expect(steps.classes == ["run", "walk"] && steps.channels == 2 && steps.longest == 2)
        #expect(steps.channelNames == ["x", "y"])
        #expect(series.classes == ["walk", "run"] && series.channelNames == nil && series.longest == 1)
        #expect(steps.isPossible && series.isPossible)
        let read: SequenceForm = try JSON.value(from: JSON.text(steps))
        #expect(read == steps)
    }

    @Test(arguments: [
        #"{"channels": 2, "classes": ["a", "b"], "longest": 0}"#,
        #"{"channels": 0, "classes": ["a", "b"], "longest": 1}"#,
        #"{"channels": 2, "classes": ["a"], "longest": 1}"#,
        #"{"channels": 2, "classes": ["a", "a"], "longest": 1}"#,
        #"{"channel_names": ["x"], "channels": 2, "classes": ["a", "b"], "longest": 1}"#,
    ])
    func `an impossible form in a file is detected`(text: String) throws {
        let form: SequenceForm = try JSON.value(from: text)
        #expect(!form.isPossible)
    }

    @Test func `a .ts file may have unknown classes or none`() throws {
        let form = try series()
        let mixed = try read(file("a.ts", "@classLabel true run walk\n@data\n# 1\n1:2:?\n3:4:run\n"), form)
        #expect(mixed.labels == [nil, 1] && mixed.names == ["line 4", "line 5"])
        #expect(mixed.sequences.allValues == [[1, 2], [3, 4]])
        for header in ["@classLabel false\n", ""] {
            let none = try read(file("b.ts", "\(header)@data\n1,2:3,4\n"), form)
            #expect(none.labels == [nil] && none.sequences.allValues == [[1, 3, 2, 4]])
        }
    }

    @Test func `a CSV file may have no classes, and without ids it is one sequence`() throws {
        let form = try steps()
        let ids = try read(file("a.csv", "id,y,x\n7,2,1\n7,4,3\n8,6,5\n"), form)
        #expect(ids.labels == [nil, nil] && ids.names == ["id 7", "id 8"])
        #expect(ids.sequences.allValues == [[1, 2, 3, 4], [5, 6]])
        let one = try read(file("b.csv", "z,y,x\n,2,1\n,4,3\n"), form)
        #expect(one.labels == [nil] && one.names == ["line 2"])
        #expect(one.sequences.allValues == [[1, 2, 3, 4]])
        let known = try read(file("c.csv", "id,label,x,y\n1,?,1,2\n2,walk,3,4\n"), form)
        #expect(known.labels == [nil, 1])
    }

    @Test func `a folder may have no subfolders`() throws {
        let form = try steps()
        for (name, text) in [("flat/b.csv", "x,y\n1,2\n"), ("flat/a.csv", "y,x\n4,3\n")] {
            _ = try file(name, text)
        }
        let flat = try read(directory.file("flat"), form)
        #expect(flat.labels == [nil, nil] && flat.names == ["a.csv", "b.csv"])
        #expect(flat.sequences.allValues == [[3, 4], [1, 2]])
        for name in ["deep/run/b.csv", "deep/walk/a.csv"] { _ = try file(name, "x,y\n1,2\n") }
        let deep = try read(directory.file("deep"), form)
        #expect(deep.labels == [0, 1] && deep.names == ["run/b.csv", "walk/a.csv"])
    }

    @Test func `another form is an error`() throws {
        let (series, steps) = (try series(), try steps())
        #expect(
            problem { try read(file("a.ts", "@data\n1:2:3\n"), series) }
                == "a.ts: wrong number of dimensions at line 2: expected 2 dimensions, as the model reads, found 3; correct "
                + "the line, or the header")
        #expect(
            problem { try read(file("b.ts", "@classLabel true walk sit\n@data\n1:2:sit\n"), series) }
                == #"b.ts: unknown class at line 3: expected one of the classes "walk", "run", found "sit"; correct the "#
                + "class, or add it to the names of the classes")
        #expect(
            problem { try read(file("c.ts", "@targetLabel true\n@data\n1:2:3\n"), series) }
                == "c.ts: values in place of classes at line 1: expected @classLabel true and the names of the classes, "
                + "found @targetLabel true; give a file with a class for each sequence")
        #expect(
            problem { try read(file("d.csv", "x,y,z\n1,2,3\n"), series) }
                == "d.csv: wrong number of channels at line 1: expected 2, as the model reads, found 3; give a file with the "
                + "channels of the training set")
        #expect(
            problem { try read(file("e.csv", "x,z\n1,2\n"), steps) }
                == #"e.csv: missing column at line 1: expected a column "y", found "x", "z"; add the column, or name "#
                + "another one (channelColumns)")
        #expect(
            problem { try read(file("f.ts", "@data\n1:2\n"), series, needsClasses: true) }.hasPrefix(
                "f.ts: no class"))
    }

    @Test func `advice names the options of a command line`() throws {
        let path = try file("gap.csv", "id,label,x\n1,a,\n2,b,1\n")
        let found = error(DatasetError.self) { _ = try SequenceFile(path: path) }
        let text = try #require(found?.onCommandLine).description
        #expect(text.hasSuffix("write the number, or interpolate missing values (--interpolate)"))
        let column = error(DatasetError.self) { _ = try SequenceFile(path: file("no.csv", "id,x\n1,2\n")) }
        #expect(
            try #require(column?.onCommandLine).description.hasSuffix("name another one (--label-column)"))
    }

    /// No tool reads a class for each step, so the advice names what does, and where that is explained.
    @Test func `different classes in a sequence are read by the library, as a page shows`() throws {
        let path = try file("steps.csv", "id,label,x\n1,a,1\n1,b,2\n2,a,3\n")
        let found = error(DatasetError.self) { _ = try SequenceFile(path: path) }
        let text = try #require(found?.onCommandLine).description
        let read = "is read by the library only, with targets: .eachStep; see "
        #expect(text.contains("in each row of the sequence, or give the rows another id; "), "\(text)")
        #expect(
            text.hasSuffix(
                #"\#(read)"A target at each step" on the documentation's page "Your own sequences""#))
        let page = try String(
            contentsOfFile: Repository.path("Sources/Training/Training.docc/YourOwnSequences.md"),
            encoding: .utf8)
        #expect(page.hasPrefix("# Your own sequences\n") && page.contains("\n### A target at each step\n"))
        let options = SequenceFileOptions.with { $0.targets = .eachStep }
        #expect(try LabeledSequences(contentsOf: path, options: options).count == 2)
    }

    /// Every option of the library that an advice names has a word for the command line.
    @Test func `no advice names an option of the library on a command line`() throws {
        let sources = try ["SequenceProblem", "ChannelColumns", "SequenceFolder"].map {
            try String(contentsOfFile: Repository.path("Sources/SequenceFiles/\($0).swift"), encoding: .utf8)
        }.joined()
        for match in sources.matches(of: /[^"]*\(([a-z]+[A-Z][A-Za-z]+|missing: \.interpolate)\)(?=")/) {
            let advice = String(match.0)
            // The command line has no option for values.
            if advice.hasSuffix("with values (valueColumns)") { continue }
            let error = DatasetError.unreadable(file: "f", reason: advice).onCommandLine.description
            #expect(
                !error.contains("Columns)") && !error.contains("(missing") && !error.contains("classNames"),
                "\(error)")
        }
    }

    @Test func `classes of one kind are an error for training`() throws {
        let path = try file("one.ts", "@classLabel true walk run\n@data\n1:2:run\n3:4:run\n")
        let read = { (needsClasses: Bool) in
            try SequenceFile(path: path, options: .with { $0.needsClasses = needsClasses })
        }
        #expect(try read(false).labels == [1, 1])
        #expect(
            problem { try read(true) }
                == #"one.ts: wrong number of classes at line 4: expected sequences of at least 2 classes, found "run" in all "#
                + "lines; give sequences of 2 to 256 classes, or name all classes (classNames)")
    }
}

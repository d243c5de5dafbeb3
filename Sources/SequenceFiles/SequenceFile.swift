import CSV
import Datasets
import Platform

/// The content of a file or a folder of sequences, with the names in it.
package struct SequenceFile: Sendable {
    /// The sequences. A class that is not known is class 0.
    package let sequences: LabeledSequences
    /// The names of the channels; nil if they have none, as in `.ts` files.
    package let channelNames: [String]?
    /// The class of each sequence, nil if it is not known; empty if the sequences do not have a class each.
    package let labels: [Int?]
    /// The name of each sequence, "line 17", "id 3" or "walk/a.csv".
    package let names: [String]

    init(sequences: LabeledSequences, channelNames: [String]?, labels: [Int?], names: [String]) {
        self.sequences = sequences
        self.channelNames = channelNames
        self.labels = labels
        self.names = names
    }

    /// Reads a file or a folder, as ``LabeledSequences/init(contentsOf:options:)``.
    package init(
        path: String, options: SequenceFileOptions = SequenceFileOptions()
    ) throws(DatasetError) {
        try self.init(path, options)
        if let channels = options.channels, sequences.channels != channels {
            throw .invalid(
                file: path, problem: .channelCount, at: .line(1), expected: "\(channels), as the model reads",
                found: "\(sequences.channels)")
        }
    }

    private init(_ path: String, _ options: SequenceFileOptions) throws(DatasetError) {
        if (try? POSIX.kind(at: path, followingLinks: true)) == .directory {
            guard options.targets == .eachSequence else { throw .stepTargets(path, found: "a folder") }
            self = try SequenceFolder(path: path, options: options).sequences()
            return
        }
        switch SequenceFileFormat(path: path) {
        case .timeSeries:
            guard options.targets == .eachSequence else { throw .stepTargets(path, found: "a .ts file") }
            let source = try InputFile.content(ofFile: path, expecting: "a .ts file", isNamed: true)
            let text = try source.readText(as: .timeSeries)
            self = try TimeSeriesReader(text, path: path, options: options).sequences()
        case .csv:
            self = try SequenceTable(CSVTable(path: path, form: .strict), options: options).sequences()
        case nil:
            // A missing file is the more important error.
            _ = try InputFile(path: path, isNamed: true)
            throw .invalid(
                file: path, problem: .unknownFormat, at: .byte(0),
                expected: "a name that ends in .ts, .csv, .tsv or .txt, also with .gz",
                found: FilePath.name(of: path).quoted)
        }
    }
}

/// The format of a file, by the end of its name.
enum SequenceFileFormat {
    case timeSeries, csv

    /// Returns the format of the file at a path; nil for any other end of the name.
    init?(path: String) {
        var name = FilePath.name(of: path).lowercased()
        if name.hasSuffix(".gz") { name.removeLast(3) }
        if name.hasSuffix(".ts") {
            self = .timeSeries
        } else if [".csv", ".tsv", ".txt"].contains(where: name.hasSuffix) {
            self = .csv
        } else {
            return nil
        }
    }
}

extension SequenceFile {
    /// Returns the path of the test set beside a training set with a name of the UCR and UEA archives,
    /// `NAME_TEST.ts` beside `NAME_TRAIN.ts`; nil if there is none.
    package static func testSet(beside path: String) -> String? {
        let name = FilePath.name(of: path)
        guard name.contains("_TRAIN.") else { return nil }
        let test = path.dropLast(name.count) + name.replacing("_TRAIN.", with: "_TEST.")
        return POSIX.exists(String(test)) ? String(test) : nil
    }
}

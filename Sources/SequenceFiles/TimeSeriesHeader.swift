import Datasets
import Platform

/// The lines of a text, which end in LF, CRLF or CR.
struct TextLines {
    private let bytes: [UInt8]
    private var position: Int
    /// The number of the last line that was returned, from 1; 0 before the first.
    private(set) var number = 0

    /// - Parameter bytes: The text, with or without a byte order mark.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Returns the next line without its end and without spaces at both ends; nil at the end of the text.
    mutating func next() -> ArraySlice<UInt8>? {
        guard position < bytes.count else { return nil }
        let start = position
        while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
        let line = bytes[start..<position]
        if position < bytes.count {
            let isPair =
                bytes[position] == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A
            position += isPair ? 2 : 1
        }
        number += 1
        return line.trimmed
    }

    /// Returns the next line that is neither blank nor a comment; nil at the end of the text. Comments begin with `#`, and
    /// in files that were once ARFF with `%`.
    mutating func nextWithContent() -> ArraySlice<UInt8>? {
        while let line = next() {
            if let first = line.first, !"#%".utf8.contains(first) { return line }
        }
        return nil
    }
}

/// The header of a `.ts` file: tags and their values, up to `@data`. The case of tags does not matter.
struct TimeSeriesHeader {
    /// The names of the classes; nil if each sequence has a value to compute.
    private(set) var classNames: [String]?
    /// Whether lines have no class, though there are names.
    private(set) var isUnlabeled = false
    /// Whether sequences have one dimension; nil if the header does not say it.
    private(set) var isUnivariate: Bool?
    private(set) var isEqualLength: Bool?
    /// The number of dimensions, and its line.
    private(set) var dimensions: (count: Int, line: Int)?
    /// The number of steps of all sequences, and its line.
    private(set) var length: (count: Int, line: Int)?

    /// A line of the header.
    private struct Tag {
        let line: Int
        /// The words after the name of the tag.
        let words: ArraySlice<ArraySlice<UInt8>>
        /// The text of the words.
        let text: ArraySlice<UInt8>

        /// The description of the text, for errors.
        var found: String { text.isEmpty ? "no value" : text.quotedBeginning }
    }

    private static let mostWords = 300

    /// Reads the lines up to `@data`.
    ///
    /// - Parameters:
    ///   - lines: The lines of the file.
    ///   - path: The path of the file, for errors.
    ///   - options: The names of the classes in place of the header's, and whether there may be none.
    init(_ lines: inout TextLines, path: String, options: SequenceFileOptions) throws(DatasetError) {
        var tags: [String: Tag] = [:]
        while true {
            guard let line = lines.nextWithContent() else {
                throw .invalid(
                    file: path, problem: .missingData, at: .line(max(1, lines.number)),
                    expected: "@data and the sequences",
                    found: lines.number == 0 ? "an empty file" : "the end of the file")
            }
            guard line.first == UInt8(ascii: "@") else {
                throw .invalid(
                    file: path, problem: .textBeforeData, at: .line(lines.number),
                    expected: "a tag such as @problemName, or @data", found: line.quotedBeginning)
            }
            let words = line.split(maxSplits: Self.mostWords) { $0 == 0x20 || $0 == 0x09 }
            let name = String(decoding: words[0].prefix(32), as: UTF8.self).lowercased()
            if name == "@data" {
                guard words.count == 1 else {
                    throw Self.invalidTag(
                        path, lines.number, expected: "@data alone in its line", found: line.quotedBeginning)
                }
                break
            }
            tags[name] = Tag(
                line: lines.number, words: words.dropFirst(), text: line[words[0].endIndex...].trimmed)
        }
        func flag(_ name: String) throws(DatasetError) -> Bool? {
            guard let tag = tags["@" + name.lowercased()] else { return nil }
            if tag.words.count == 1, let value = Self.truth(tag.words.first!) { return value }
            throw Self.invalidTag(
                path, tag.line, expected: "@\(name) true or @\(name) false", found: tag.found)
        }
        func count(_ name: String, upTo limit: Int) throws(DatasetError) -> (count: Int, line: Int)? {
            guard let tag = tags["@" + name.lowercased()] else { return nil }
            if tag.words.count == 1, let count = tag.words.first!.decimalNumber, (1...limit).contains(count) {
                return (count, tag.line)
            }
            throw Self.invalidTag(
                path, tag.line, expected: "@\(name) and a number from 1 to \(limit)",
                found: tag.found)
        }
        if try flag("timeStamps") == true {
            throw .invalid(
                file: path, problem: .timestamps, at: .line(tags["@timestamps"]!.line),
                expected: "@timeStamps false", found: "@timeStamps true")
        }
        isUnivariate = try flag("univariate")
        isEqualLength = try flag("equalLength")
        dimensions = try count("dimensions", upTo: LabeledSequences.Limits.channels.upperBound)
        // In files of different lengths, the tag has any number.
        if isEqualLength == true {
            length = try count("seriesLength", upTo: LabeledSequences.Limits.steps.upperBound)
        }
        let hasValues = try flag("targetLabel") ?? false
        let label = tags["@classlabel"]
        let hasClasses = label.map { $0.words.first.flatMap(Self.truth) }
        if let label, hasClasses == .some(nil) {
            throw Self.invalidTag(
                path, label.line, expected: "@classLabel true and the names of the classes",
                found: label.found)
        }
        if hasValues, hasClasses == true {
            throw Self.invalidTag(
                path, label!.line, expected: "one of @classLabel true and @targetLabel true", found: "both")
        }
        if options.needsClasses, hasValues {
            throw .invalid(
                file: path, problem: .valuesForClasses, at: .line(tags["@targetlabel"]!.line),
                expected: "@classLabel true and the names of the classes", found: "@targetLabel true")
        }
        if options.classesAreOptional, !hasValues, hasClasses != true {
            (classNames, isUnlabeled) = (options.classNames, true)
            return
        }
        guard hasValues || hasClasses == true else {
            throw .invalid(
                file: path, problem: .noTargets, at: .line(label?.line ?? lines.number),
                expected: "@classLabel true and the names of the classes, or @targetLabel true",
                found: label == nil ? "neither" : "@classLabel false")
        }
        if hasValues { return }
        if let classNames = options.classNames {
            self.classNames = classNames
        } else {
            classNames = try Self.names(label!.words.dropFirst(), path, label!.line)
        }
    }

    private static func names(
        _ words: ArraySlice<ArraySlice<UInt8>>, _ path: String, _ line: Int
    ) throws(DatasetError) -> [String] {
        let limits = LabeledSequences.Limits.classes
        guard limits.contains(words.count) else {
            throw .invalid(
                file: path, problem: .classCount, at: .line(line),
                expected: "the names of \(limits.lowerBound) to \(limits.upperBound) classes",
                found: words.count > limits.upperBound ? "more" : "\(words.count)")
        }
        var seen: Set<String> = []
        var names: [String] = []
        for word in words {
            guard word.count <= ClassNames.longest else {
                throw .invalid(
                    file: path, problem: .longName, at: .line(line),
                    expected: "names of at most \(ClassNames.longest) bytes", found: "\(word.count) bytes")
            }
            guard let name = String(validating: word, as: UTF8.self) else {
                throw .invalid(
                    file: path, problem: .invalidUTF8.remedied(by: "save the file in UTF-8"),
                    at: .line(line), expected: "names in UTF-8", found: word.quotedBeginning)
            }
            guard seen.insert(name).inserted else {
                throw .invalid(
                    file: path, problem: .duplicateClass, at: .line(line), expected: "different names",
                    found: "\(name.quoted(atMost: 40)) twice")
            }
            names.append(name)
        }
        return names
    }

    private static func truth(_ word: ArraySlice<UInt8>) -> Bool? {
        switch String(decoding: word.prefix(8), as: UTF8.self).lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }

    private static func invalidTag(
        _ path: String, _ line: Int, expected: String, found: String
    ) -> DatasetError {
        .invalid(file: path, problem: .invalidTag, at: .line(line), expected: expected, found: found)
    }
}

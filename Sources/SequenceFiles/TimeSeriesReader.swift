import Datasets
import Platform

/// Reads a `.ts` file: a header, then a line for each sequence. A line has the values of dimension 1, of dimension 2 and so
/// on, and the class or the value to compute, separated by colons.
struct TimeSeriesReader {
    private let path: String
    private let options: SequenceFileOptions
    private let header: TimeSeriesHeader
    private let classes: ClassNames?
    private var lines: TextLines
    private var collection: SequenceCollection
    /// The number of dimensions of all sequences; nil before the first.
    private var dimensions: Int?
    /// The length of all sequences, if it must be the same; nil before the first.
    private var length: Int?

    private static let colon = UInt8(ascii: ":")
    private static let comma = UInt8(ascii: ",")

    /// The number of bytes for a line besides its values.
    private static let bytesOfLine = 100

    /// - Parameters:
    ///   - bytes: The text of the file.
    ///   - path: The path of the file, for errors.
    init(_ bytes: [UInt8], path: String, options: SequenceFileOptions) throws(DatasetError) {
        options.check()
        self.path = path
        self.options = options
        var (values, lineCount) = (0, 1)
        for byte in bytes {
            if byte == Self.comma || byte == Self.colon {
                values += 1
            } else if byte == 0x0A || byte == 0x0D {
                lineCount += 1
            }
        }
        // The values of a sequence exist twice while it is read.
        let memory = values * MemoryLayout<Float>.stride + lineCount * Self.bytesOfLine
        guard MemoryShortage.allows(2 * Double(memory)) else { throw .noMemory(file: path, bytes: memory) }
        lines = TextLines(bytes)
        header = try TimeSeriesHeader(&lines, path: path, options: options)
        classes = header.classNames.map(ClassNames.init)
        collection = SequenceCollection(path: path)
    }

    /// Returns all sequences of the file.
    consuming func sequences() throws(DatasetError) -> SequenceFile {
        while let line = lines.nextWithContent() { try add(line) }
        guard let dimensions else {
            throw .invalid(
                file: path, problem: .noSequences, at: .line(lines.number),
                expected: "at least one sequence below @data", found: "the end of the file")
        }
        if options.needsClasses, options.classNames == nil, let label = collection.labels.first?.first,
            !collection.labels.contains(where: { $0 != [label] })
        {
            let name = header.classNames?[label] ?? ""
            throw invalid(
                .classCount, expected: "sequences of at least 2 classes",
                found: "\(name.quoted(atMost: 40)) in all lines")
        }
        return try collection.labeled(
            channels: dimensions, targets: header.classNames.map { .classes($0) } ?? .values(1))
    }

    private mutating func add(_ line: ArraySlice<UInt8>) throws(DatasetError) {
        // A line without a class is read as one with an empty class.
        let line = header.isUnlabeled ? (line + [Self.colon])[...] : line
        var (values, count, hasGap) = try values(of: line)
        let steps = values.count / count
        try checkDimensions(count)
        try checkLength(steps)
        values = (0..<values.count).map { values[$0 % count * steps + $0 / count] }
        if hasGap, let channel = Gaps.interpolate(&values, channels: count) {
            throw invalid(
                .emptyChannel, expected: "at least one number in dimension \(channel + 1)",
                found: "missing values only")
        }
        let target = line[(line.lastIndex(of: Self.colon)! + 1)...].trimmed
        if let classes {
            let isUnknown =
                header.isUnlabeled
                || options.classesAreOptional && target.elementsEqual(ClassNames.unknown.utf8)
            collection.add(
                values, labels: isUnknown ? nil : [try label(target, classes)], name: "line \(lines.number)")
        } else {
            collection.add(values, values: [try value(target)], name: "line \(lines.number)")
        }
        dimensions = count
        if header.isEqualLength == true { length = steps }
    }

    /// Returns the values of a line, [dimension][step], NaN for missing ones, and the number of dimensions.
    private func values(
        of line: ArraySlice<UInt8>
    ) throws(DatasetError) -> (values: [Float], dimensions: Int, hasGap: Bool) {
        // Values with timestamps contain colons.
        guard line.first != UInt8(ascii: "("), let end = line.lastIndex(of: Self.colon) else {
            if line.first == UInt8(ascii: "(") { throw timestamp(line, column: 1, 1, 1) }
            throw invalid(
                .missingTarget,
                expected: classes == nil
                    ? "a colon and a value after the numbers" : "a colon and a class after the numbers",
                found: line.quotedBeginning)
        }
        var values: [Float] = []
        var (dimension, length, step, hasGap, start) = (0, 0, 0, false, line.startIndex)
        for index in line.startIndex...end where line[index] == Self.comma || line[index] == Self.colon {
            let field = line[start..<index]
            step += 1
            guard step <= LabeledSequences.Limits.steps.upperBound else {
                throw invalid(
                    .tooManySteps, expected: "at most \(LabeledSequences.Limits.steps.upperBound) steps",
                    found: "more")
            }
            let number = try number(field, column: values.count + 1, dimension + 1, step)
            if number.isNaN { hasGap = true }
            values.append(number)
            start = index + 1
            guard line[index] == Self.colon else { continue }
            dimension += 1
            if dimension == 1 { length = step }
            guard step == length else {
                throw invalid(
                    .dimensionLength,
                    expected: "\(length) values in dimension \(dimension), as in dimension 1",
                    found: "\(step)")
            }
            guard dimension <= LabeledSequences.Limits.channels.upperBound else {
                throw invalid(
                    .tooManyChannels,
                    expected: "at most \(LabeledSequences.Limits.channels.upperBound) dimensions",
                    found: "more")
            }
            step = 0
        }
        return (values, dimension, hasGap)
    }

    /// Returns a number; NaN for a missing one that is to be interpolated.
    private func number(
        _ field: ArraySlice<UInt8>, column: Int, _ dimension: Int, _ step: Int
    ) throws(DatasetError) -> Float {
        let (problem, expected): (DatasetError.Problem, String)
        switch NumberField(field) {
        case .number(let number): return number
        case .missing:
            if options.missing == .interpolate { return .nan }
            (problem, expected) = (.missingValue, "a number")
        case .tooLarge: (problem, expected) = (.largeNumber, NumberField.range)
        case .invalid:
            if field.trimmed.first == UInt8(ascii: "(") {
                throw timestamp(field, column: column, dimension, step)
            }
            (problem, expected) = (.malformedNumber, NumberField.expectation)
        }
        throw .invalid(
            file: path, problem: problem, at: place(column, dimension, step), expected: expected,
            found: field.trimmed.quotedBeginning)
    }

    private func timestamp(
        _ field: ArraySlice<UInt8>, column: Int, _ dimension: Int, _ step: Int
    ) -> DatasetError {
        .invalid(
            file: path, problem: .timestamps, at: place(column, dimension, step),
            expected: "a number alone", found: field.trimmed.quotedBeginning)
    }

    private func place(_ column: Int, _ dimension: Int, _ step: Int) -> DatasetError.Location {
        .field(line: lines.number, column: column, name: "dimension \(dimension), step \(step)")
    }

    private func checkDimensions(_ count: Int) throws(DatasetError) {
        let expected: String
        if let channels = options.channels, count != channels {
            expected = "\(channels) dimensions, as the model reads"
        } else if header.isUnivariate == true, count != 1 {
            expected = "1 dimension, as @univariate true says"
        } else if let (declared, line) = header.dimensions, count != declared {
            expected = "\(declared) dimensions, as line \(line) says"
        } else if let dimensions, count != dimensions {
            expected = "\(dimensions) dimensions, as in the first sequence"
        } else {
            return
        }
        throw invalid(.dimensionCount, expected: expected, found: "\(count)")
    }

    private func checkLength(_ steps: Int) throws(DatasetError) {
        let expected: String
        if let (declared, line) = header.length, steps != declared {
            expected = "\(declared) values in each dimension, as line \(line) says"
        } else if let length, steps != length {
            expected = "\(length) values in each dimension, as @equalLength true says"
        } else {
            return
        }
        throw invalid(.sequenceLength, expected: expected, found: "\(steps)")
    }

    private func label(_ target: ArraySlice<UInt8>, _ classes: ClassNames) throws(DatasetError) -> Int {
        guard !target.isEmpty else {
            throw invalid(
                .missingTarget, expected: "a class after the last colon", found: "the end of the line")
        }
        if target.count <= ClassNames.longest, let label = classes[String(decoding: target, as: UTF8.self)] {
            return label
        }
        throw invalid(
            .unknownClass, expected: "one of the classes \(classes.names.quotedList)",
            found: target.quotedBeginning)
    }

    private func value(_ target: ArraySlice<UInt8>) throws(DatasetError) -> Float {
        switch NumberField(target) {
        case .number(let value): return value
        case .missing:
            throw invalid(
                .missingTarget, expected: "a number after the last colon", found: target.quotedBeginning)
        case .tooLarge:
            throw invalid(.largeNumber, expected: NumberField.range, found: target.quotedBeginning)
        case .invalid:
            throw invalid(
                .malformedNumber, expected: NumberField.expectation, found: target.quotedBeginning)
        }
    }

    /// Returns the error about the current line.
    private func invalid(
        _ problem: DatasetError.Problem, expected: String, found: String
    ) -> DatasetError {
        .invalid(file: path, problem: problem, at: .line(lines.number), expected: expected, found: found)
    }
}

import CSV
import Datasets
import Platform

/// A CSV file with a row for each step of several sequences.
struct SequenceTable {
    private let table: CSVTable
    private let options: SequenceFileOptions
    /// The column of the id; nil if the file is one sequence.
    private let idIndex: Int?
    /// The column of the class; nil if the targets are values, or if the classes are unknown.
    private let labelIndex: Int?
    private let valueIndices: [Int]
    private let channels: ChannelColumns

    init(_ table: CSVTable, options: SequenceFileOptions) throws(DatasetError) {
        self.table = table
        self.options = options
        let places = ColumnPlaces(table)
        if options.classesAreOptional {
            (idIndex, labelIndex) = (places[options.idColumn], places[options.labelColumn])
        } else {
            idIndex = try places.find(options.idColumn, as: "idColumn")
            labelIndex =
                options.valueColumns.isEmpty ? try places.find(options.labelColumn, as: "labelColumn") : nil
        }
        var valueIndices: [Int] = []
        for name in options.valueColumns { valueIndices.append(try places.find(name, as: "valueColumns")) }
        self.valueIndices = valueIndices
        let others = [idIndex, labelIndex ?? places[options.labelColumn]].compactMap(\.self) + valueIndices
        channels = try ChannelColumns(table, without: Set(others), options: options)
    }

    /// Returns all sequences of the file.
    func sequences() throws(DatasetError) -> SequenceFile {
        var collection = SequenceCollection(path: table.path)
        let ranges = try ranges()
        let names = try ranges.map { rows throws(DatasetError) in
            try idIndex.map { index throws(DatasetError) in
                "\(options.idColumn) \(try id(rows.lowerBound, index).text)"
            }
                ?? "line \(table.line(row: rows.lowerBound, column: 0))"
        }
        guard options.valueColumns.isEmpty else {
            for rows in ranges {
                collection.add(try channels.sequence(rows), values: try values(of: rows))
            }
            return try collection.labeled(
                channels: channels.names.count, channelNames: channels.names, classNames: nil)
        }
        guard let labelIndex else {
            for (rows, name) in zip(ranges, names) {
                collection.add(try channels.sequence(rows), label: nil, name: name)
            }
            return try collection.labeled(
                channels: channels.names.count, channelNames: channels.names, classNames: options.classNames)
        }
        var classNames: [String] = []
        for rows in ranges { classNames.append(try className(of: rows, labelIndex)) }
        let classes = try classes(classNames, ranges, labelIndex)
        for (place, rows) in ranges.enumerated() {
            let label = classes[classNames[place]]
            guard label != nil || options.classesAreOptional && classNames[place] == ClassNames.unknown else {
                throw table.invalid(
                    .unknownClass, row: rows.lowerBound, column: labelIndex,
                    expected: "one of the classes \(classes.names.quotedList)")
            }
            collection.add(try channels.sequence(rows), label: label, name: names[place])
        }
        return try collection.labeled(
            channels: channels.names.count, channelNames: channels.names, classNames: classes.names)
    }

    /// Returns the rows of each sequence.
    private func ranges() throws(DatasetError) -> [Range<Int>] {
        guard let idIndex else { return [0..<table.count] }
        var ranges: [Range<Int>] = []
        var lines: [String: Int] = [:]
        var (start, id) = (0, try id(0, idIndex))
        lines[id.text] = table.line(row: 0, column: idIndex)
        for row in 1..<max(1, table.count) where table.bytes(row, idIndex).trimmed != id.bytes {
            ranges.append(start..<row)
            (start, id) = (row, try self.id(row, idIndex))
            let line = table.line(row: row, column: idIndex)
            if let first = lines.updateValue(line, forKey: id.text) {
                throw table.invalid(
                    .repeatedID, row: row, column: idIndex,
                    expected: "the rows of each sequence next to each other",
                    found: "\(id.text.quoted(atMost: 40)), as on line \(first)")
            }
        }
        ranges.append(start..<table.count)
        return ranges
    }

    private func id(
        _ row: Int, _ column: Int
    ) throws(DatasetError) -> (bytes: ArraySlice<UInt8>, text: String) {
        let bytes = table.bytes(row, column).trimmed
        guard !bytes.isEmpty else {
            throw table.invalid(.missingID, row: row, column: column, expected: "the id of the sequence")
        }
        return (bytes, try name(bytes, row, column))
    }

    /// Returns the text of an id or a class.
    private func name(_ bytes: ArraySlice<UInt8>, _ row: Int, _ column: Int) throws(DatasetError) -> String {
        guard bytes.count <= ClassNames.longest else {
            throw table.invalid(
                .longName, row: row, column: column, expected: "at most \(ClassNames.longest) bytes",
                found: "\(bytes.count)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Targets

    private func className(of rows: Range<Int>, _ column: Int) throws(DatasetError) -> String {
        let first = table.bytes(rows.lowerBound, column).trimmed
        guard !first.isEmpty else {
            throw table.invalid(
                .missingTarget, row: rows.lowerBound, column: column, expected: "the class of the sequence")
        }
        let name = try name(first, rows.lowerBound, column)
        for row in rows.dropFirst() where table.bytes(row, column).trimmed != first {
            throw different(row, rows.lowerBound, column)
        }
        return name
    }

    private func different(_ row: Int, _ first: Int, _ column: Int) -> DatasetError {
        let text = table.bytes(first, column).trimmed.quotedBeginning
        return table.invalid(
            .differentTargets, row: row, column: column,
            expected: "\(text), as on line \(table.line(row: first, column: column))")
    }

    private func values(of rows: Range<Int>) throws(DatasetError) -> [Float] {
        var values: [Float] = []
        for column in valueIndices {
            let value = try value(rows.lowerBound, column)
            for row in rows.dropFirst() {
                let next = try self.value(row, column)
                if next != value { throw different(row, rows.lowerBound, column) }
            }
            values.append(value)
        }
        return values
    }

    private func value(_ row: Int, _ column: Int) throws(DatasetError) -> Float {
        switch NumberField(table.bytes(row, column)) {
        case .number(let value): return value
        case .missing:
            throw table.invalid(.missingTarget, row: row, column: column, expected: "a number")
        case .tooLarge:
            throw table.invalid(.largeNumber, row: row, column: column, expected: NumberField.range)
        case .invalid:
            throw table.invalid(
                .malformedNumber, row: row, column: column, expected: NumberField.expectation)
        }
    }

    /// Returns the classes of the option, or the classes found.
    private func classes(
        _ names: [String], _ ranges: [Range<Int>], _ column: Int
    ) throws(DatasetError) -> ClassNames {
        if let names = options.classNames { return ClassNames(names) }
        let limits = LabeledSequences.Limits.classes
        var seen: Set<String> = []
        for (name, rows) in zip(names, ranges) where seen.insert(name).inserted {
            guard seen.count <= limits.upperBound else {
                throw table.invalid(
                    .tooManyClasses, row: rows.lowerBound, column: column,
                    expected: "at most \(limits.upperBound) classes",
                    found: "\(name.quoted(atMost: 40)) after \(limits.upperBound) others")
            }
        }
        guard seen.count >= limits.lowerBound else {
            throw table.invalid(
                .classCount, row: 0, column: column, expected: "at least \(limits.lowerBound) classes",
                found: "\(names[0].quoted(atMost: 40)) in all rows")
        }
        return ClassNames(ClassNames.sorted(seen))
    }
}

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
        var ids: [String] = []
        for rows in ranges { ids.append(try sequenceName(rows)) }
        func file(_ targets: SequenceCollection.Targets) throws(DatasetError) -> SequenceFile {
            try collection.labeled(
                channels: channels.names.count, channelNames: channels.names, targets: targets,
                options.targets)
        }
        guard options.valueColumns.isEmpty else {
            for (rows, id) in zip(ranges, ids) {
                collection.add(try channels.sequence(rows), values: try values(of: rows), name: id)
            }
            return try file(.values(valueIndices.count))
        }
        guard let labelIndex else {
            for (rows, id) in zip(ranges, ids) {
                collection.add(try channels.sequence(rows), labels: nil, name: id)
            }
            return try file(.classes(options.classNames ?? []))
        }
        // The rows that are read for targets: the first of each sequence, or all.
        let targetRows = ranges.map { options.targets == .eachStep ? $0 : $0.lowerBound..<$0.lowerBound + 1 }
        var names: [[String]] = []
        for (rows, targets) in zip(ranges, targetRows) {
            if options.targets == .eachSequence { try checkSameClass(rows, labelIndex) }
            var own: [String] = []
            for row in targets { own.append(try className(row, labelIndex)) }
            names.append(own)
        }
        let classes = try classes(names.flatMap { $0 }, targetRows.flatMap { $0 }, labelIndex)
        for (index, rows) in ranges.enumerated() {
            var labels: [Int]? = []
            for (row, name) in zip(targetRows[index], names[index]) {
                if let label = classes[name] {
                    labels?.append(label)
                } else if options.classesAreOptional, name == ClassNames.unknown {
                    labels = nil
                } else {
                    throw table.invalid(
                        .unknownClass, row: row, column: labelIndex,
                        expected: "one of the classes \(classes.names.quotedList)")
                }
            }
            collection.add(try channels.sequence(rows), labels: labels, name: ids[index])
        }
        return try file(.classes(classes.names))
    }

    /// Returns the name of a sequence: its id, or its first line.
    private func sequenceName(_ rows: Range<Int>) throws(DatasetError) -> String {
        guard let idIndex else { return "line \(table.line(row: rows.lowerBound, column: 0))" }
        return "\(options.idColumn) \(try id(rows.lowerBound, idIndex).text)"
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

    private func className(_ row: Int, _ column: Int) throws(DatasetError) -> String {
        let bytes = table.bytes(row, column).trimmed
        guard !bytes.isEmpty else {
            let owner = options.targets == .eachStep ? "step" : "sequence"
            throw table.invalid(
                .missingTarget, row: row, column: column, expected: "the class of the \(owner)")
        }
        return try name(bytes, row, column)
    }

    private func checkSameClass(_ rows: Range<Int>, _ column: Int) throws(DatasetError) {
        let first = table.bytes(rows.lowerBound, column).trimmed
        guard !first.isEmpty else { return }
        for row in rows.dropFirst() where table.bytes(row, column).trimmed != first {
            throw different(row, rows.lowerBound, column)
        }
    }

    private func different(_ row: Int, _ first: Int, _ column: Int) -> DatasetError {
        let text = table.bytes(first, column).trimmed.quotedBeginning
        return table.invalid(
            .differentTargets, row: row, column: column,
            expected: "\(text), as on line \(table.line(row: first, column: column))")
    }

    /// Returns the values of a sequence, [V], or of its steps, [L][V].
    private func values(of rows: Range<Int>) throws(DatasetError) -> [Float] {
        var values: [Float] = []
        if options.targets == .eachStep {
            for row in rows {
                for column in valueIndices { values.append(try value(row, column)) }
            }
            return values
        }
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
    ///
    /// - Parameters:
    ///   - names: The names of the classes.
    ///   - rows: The row of each name.
    private func classes(
        _ names: [String], _ rows: [Int], _ column: Int
    ) throws(DatasetError) -> ClassNames {
        if let names = options.classNames { return ClassNames(names) }
        let limits = LabeledSequences.Limits.classes
        var seen: Set<String> = []
        for (name, row) in zip(names, rows) where seen.insert(name).inserted {
            guard seen.count <= limits.upperBound else {
                throw table.invalid(
                    .tooManyClasses, row: row, column: column,
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

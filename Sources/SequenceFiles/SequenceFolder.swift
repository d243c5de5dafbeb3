import CSV
import Datasets
import Platform

/// A folder with a subfolder for each class, which contains a CSV file for each sequence.
struct SequenceFolder {
    private let path: String
    private let options: SequenceFileOptions

    init(path: String, options: SequenceFileOptions) {
        options.check()
        self.path = path
        self.options = options
    }

    /// Returns the sequences of all files, class by class.
    func sequences() throws(DatasetError) -> SequenceFile {
        guard options.valueColumns.isEmpty else {
            throw .folder(
                path, expected: "a CSV file for sequences with values (valueColumns)", found: "a folder",
                remedy: "write all sequences to one CSV file with a column for their ids")
        }
        let isFlat =
            options.classesAreOptional ? try !entries(path).contains { $0.kind == .directory } : false
        let classes =
            isFlat
            ? (folders: [""], names: ClassNames(options.classNames ?? [])) : try classes()
        var collection = SequenceCollection(path: path)
        var first: (path: String, channels: [String])?
        for name in classes.folders {
            for file in try files(isFlat ? path : FilePath.join(path, name)) {
                let table = try CSVTable(path: file, form: .strict)
                let places = ColumnPlaces(table)
                let others = [places[options.idColumn], places[options.labelColumn]].compactMap(\.self)
                try Self.checkNames(of: table)
                let channels = try ChannelColumns(table, without: Set(others), options: options)
                if let first {
                    guard channels.names == first.channels else {
                        throw .invalid(
                            file: file, problem: .differentColumns, at: .line(table.headerLine),
                            expected: "the columns of \(first.path.printableLine.cut(atMost: 200)), "
                                + first.channels.quotedList,
                            found: channels.names.quotedList)
                    }
                } else {
                    first = (file, channels.names)
                }
                collection.add(
                    try channels.sequence(0..<table.count), labels: classes.names[name].map { [$0] },
                    name: (isFlat ? "" : name + "/") + FilePath.name(of: file))
            }
        }
        return try collection.labeled(
            channels: first!.channels.count, channelNames: first!.channels,
            targets: .classes(classes.names.names))
    }

    /// Throws if the first line has numbers in place of names.
    private static func checkNames(of table: CSVTable) throws(DatasetError) {
        let isNumber = table.columns.map { name in
            if case .number = NumberField(Array(name.utf8)[...]) { true } else { false }
        }
        guard isNumber.allSatisfy(\.self) else { return }
        throw .invalid(
            file: table.path,
            problem: .missingNames.remedied(
                by: "add a line with the names above the first row, such as x,y,z"),
            at: .line(table.headerLine), expected: "a name for each column", found: table.columns.quotedList)
    }

    /// Returns the names of the subfolders in the order of the classes, and the classes.
    private func classes() throws(DatasetError) -> (folders: [String], names: ClassNames) {
        var folders: [String] = []
        for (name, kind) in try entries(path) {
            if kind == .directory {
                folders.append(name)
            } else if SequenceFileFormat(path: name) != nil {
                throw .folder(
                    FilePath.join(path, name), expected: "files in the subfolders of their classes",
                    found: "a file beside them", remedy: "move the file to a subfolder with its class's name")
            }
        }
        var seen: Set<String> = []
        if let name = folders.first(where: { !seen.insert($0).inserted }) {
            throw .folder(
                FilePath.join(path, name), expected: "subfolders with different names",
                found: "the same name twice, in two forms of Unicode", remedy: "rename one of them")
        }
        if let names = options.classNames {
            let classes = ClassNames(names)
            guard !folders.isEmpty else { throw count(folders) }
            for name in folders where classes[name] == nil {
                throw .folder(
                    FilePath.join(path, name), expected: "a folder of one of the classes \(names.quotedList)",
                    found: name.quoted(atMost: 40),
                    remedy: "rename the folder, or add it to the names of the classes (classNames)")
            }
            return (names.filter(folders.contains), classes)
        }
        guard LabeledSequences.Limits.classes.contains(folders.count) else { throw count(folders) }
        let sorted = ClassNames.sorted(folders)
        return (sorted, ClassNames(sorted))
    }

    private func count(_ folders: [String]) -> DatasetError {
        let limits = LabeledSequences.Limits.classes
        return .folder(
            path,
            expected: "a subfolder for each of \(limits.lowerBound) to \(limits.upperBound) classes",
            found: folders.isEmpty
                ? "none" : folders.count == 1 ? "only \(folders[0].quoted(atMost: 40))" : "\(folders.count)",
            remedy: "put the CSV files of each class into a subfolder with its name")
    }

    /// Returns the paths of a class's files, sorted by name.
    private func files(_ folder: String) throws(DatasetError) -> [String] {
        var files: [String] = []
        for (name, _) in try entries(folder) {
            let file = FilePath.join(folder, name)
            guard SequenceFileFormat(path: name) == .csv else {
                throw .folder(
                    file, expected: "a name that ends in .csv, .tsv or .txt, also with .gz",
                    found: name.quoted(atMost: 40), remedy: "move it out of the folder of the class")
            }
            files.append(file)
        }
        guard !files.isEmpty else {
            throw .folder(
                folder, expected: "a CSV file for each sequence", found: "none",
                remedy: "add the files, or remove the folder")
        }
        return files
    }

    /// Returns the names in a folder that are not hidden, sorted, and what they name. Symbolic links are followed.
    private func entries(_ folder: String) throws(DatasetError) -> [(name: String, kind: POSIX.FileKind)] {
        var entries: [(name: String, kind: POSIX.FileKind)] = []
        let foreign: String?
        do throws(FileError) {
            let (names, others) = try OpenDirectory(folder).entries()
            foreign = others.first
            for name in names where !name.hasPrefix(".") {
                let file = FilePath.join(folder, name)
                // A link to nothing is an error when it is opened.
                entries.append((name, try POSIX.kind(at: file, followingLinks: true) ?? .symbolicLink))
            }
        } catch {
            throw .unreadable(file: error.path, reason: error.reason)
        }
        if let foreign {
            throw .folder(folder, expected: "names in UTF-8", found: foreign, remedy: "rename it")
        }
        return entries
    }
}

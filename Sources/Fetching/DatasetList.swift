import Console
import Datasets
import Platform

/// The list of the known data sets with the state of each, as printed by `mnist-bilstm datasets`.
package struct DatasetList: Sendable {
    package let entries: [Entry]

    package struct Entry: Sendable {
        package let dataset: ImageDataset
        /// The directory in which the files were searched.
        package let directory: String
        package let state: ImageDatasetState
    }

    /// Reads all existing files.
    ///
    /// - Parameters:
    ///   - datasets: The data sets to list.
    ///   - root: The directory that contains a directory for each data set.
    package init(_ datasets: [ImageDataset] = ImageDataset.all, root: String) {
        entries = datasets.map { Entry($0, in: $0.directory(in: root)) }
    }

    /// Returns the list for people: a table, the problems, and for files to download the sizes, SHA-256 and addresses.
    package func text() -> String {
        var table = TextTable(
            [
                .init("Data set"), .init("Classes", .right), .init("Training", .right),
                .init("Test", .right), .init("State"), .init("Directory"), .init("Download", .right),
                .init("Licence"),
            ], style: .plain)
        for entry in entries {
            let dataset = entry.dataset
            let size = dataset.downloadByteCount.map(TextFormat.bytes) ?? "–"
            let classes = dataset.classCount.map(String.init) ?? "–"
            let counts = [dataset.imageCounts.first, dataset.imageCounts.last].map {
                $0.map(TextFormat.grouped) ?? "–"
            }
            let place = entry.foundDirectory ?? entry.directory
            table.append(
                [dataset.name, classes] + counts + [entry.state.word, place, size, dataset.licence])
        }
        let problems = entries.flatMap(\.problems)
        let lines =
            [table.rendered(), ""] + problems + (problems.isEmpty ? [] : [""])
            + [
                "Download: mnist-bilstm datasets fetch NAME. Train on it: mnist-bilstm --dataset NAME",
                "",
            ]
            + [downloads().rendered(), ""] + addresses()
        return lines.joined(separator: "\n").printable
    }

    private func downloads() -> TextTable {
        var table = TextTable(
            [.init("Data set"), .init("File"), .init("Size", .right), .init("SHA-256")], style: .plain)
        for (names, files) in shared(by: \.downloads) {
            for file in files {
                table.append([
                    names, file.name, file.bytes.map(TextFormat.bytes) ?? "–", file.sha256 ?? "–",
                ])
            }
        }
        return table
    }

    private func addresses() -> [String] {
        ["Addresses, tried in this order:"]
            + shared(by: \.mirrors).flatMap { names, mirrors in
                mirrors.map { "  \(names): \($0)" }
            }
    }

    /// Returns a property of the data sets, with one line for all data sets that have the same value.
    private func shared<Value: Equatable>(
        by property: (ImageDataset) -> Value
    ) -> [(names: String, value: Value)] {
        entries.reduce(into: []) { groups, entry in
            let value = property(entry.dataset)
            if let place = groups.firstIndex(where: { $0.value == value }) {
                groups[place].names += ", " + entry.dataset.name
            } else {
                groups.append((entry.dataset.name, value))
            }
        }
    }

    /// Returns the list as a JSON array of objects; unknown values are null.
    package func json() throws -> String { try JSON.text(entries.map(DatasetJSON.init)) }
}

extension DatasetList.Entry {
    /// Reads the files of a data set.
    package init(_ dataset: ImageDataset, in directory: String) {
        self.dataset = dataset
        self.directory = directory
        state = dataset.verify(in: directory)
    }

    /// The directory of the files: the directory itself, a subdirectory, or a package's.
    var foundDirectory: String? {
        switch state {
        case .absent: nil
        case .incomplete(let directory, _), .present(let directory), .verified(let directory),
            .whole(let directory, _), .damaged(let directory, _):
            directory
        }
    }

    /// The problems, a line each.
    package var problems: [String] {
        switch state {
        case .incomplete(let directory, let missing):
            missing.map { "\(dataset.name): \(directory) has no \($0)" }
        case .damaged(_, let files): files.map { "\(dataset.name): \($0)" }
        case .absent, .present, .verified, .whole: []
        }
    }

    /// The result as printed by `mnist-bilstm datasets verify`, with advice on each problem.
    package var verdict: String {
        let line = "\(dataset.name): \(foundDirectory ?? directory): "
        switch state {
        case .absent, .incomplete:
            return line + "\(state); download it with: \(dataset.fetchCommand(to: directory))"
        case .damaged:
            return line + "\(state)\nremove the damaged files, and download them with: "
                + dataset.fetchCommand(to: directory)
        case .present, .verified, .whole: return line + state.description
        }
    }

    /// The exit status of a tool that needs the data set.
    package var exitStatus: ExitStatus {
        switch state {
        case .damaged: .badData
        case .absent, .incomplete: .missingInput
        case .present, .verified, .whole: .success
        }
    }

    package var isAbsent: Bool { state == .absent }
}

extension ImageDatasetState {
    /// The state in one word.
    package var word: String {
        switch self {
        case .absent: "absent"
        case .incomplete: "incomplete"
        case .present: "present"
        case .verified: "verified"
        case .whole: "whole"
        case .damaged: "damaged"
        }
    }
}

extension ImageDataset {
    /// A file to download.
    package struct Downloadable: Encodable, Equatable {
        let name: String
        let bytes: Int?
        let sha256: String?

        init(_ name: String, _ fingerprint: Fingerprint) {
            self.name = name
            bytes = fingerprint.byteCount
            sha256 = fingerprint.sha256
        }
    }

    package var downloads: [Downloadable] {
        switch origin {
        case .files: files.map { Downloadable($0.name + ".gz", $0.packed) }
        case .archive(let archive): [Downloadable(archive.name, archive.fingerprint)]
        case .anywhere: []
        }
    }

    /// The addresses of the directory of the files, or of the archive.
    package var mirrors: [String] {
        switch origin {
        case .files(let mirrors): mirrors
        case .archive(let archive): archive.addresses
        case .anywhere: []
        }
    }
}

/// A data set in JSON.
private struct DatasetJSON: Encodable {
    let entry: DatasetList.Entry

    init(_ entry: DatasetList.Entry) { self.entry = entry }

    enum Key: String, CodingKey {
        case name, title, classes, trainImages, testImages, state, directory, problems, downloadBytes, licence
        case downloads, addresses, files
    }

    /// The unpacked content of a file.
    struct Content: Encodable {
        let name: String
        let bytes: Int?
        let sha256: String?
    }

    func encode(to encoder: any Encoder) throws {
        let dataset = entry.dataset
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(dataset.name, forKey: .name)
        try values.encode(dataset.title, forKey: .title)
        try values.encode(dataset.classNames, forKey: .classes)
        try values.encode(dataset.imageCounts.first, forKey: .trainImages)
        try values.encode(dataset.imageCounts.last, forKey: .testImages)
        try values.encode(entry.state.word, forKey: .state)
        try values.encode(entry.foundDirectory ?? entry.directory, forKey: .directory)
        try values.encode(entry.problems, forKey: .problems)
        try values.encode(dataset.downloadByteCount, forKey: .downloadBytes)
        try values.encode(dataset.licence, forKey: .licence)
        try values.encode(dataset.downloads, forKey: .downloads)
        try values.encode(dataset.mirrors, forKey: .addresses)
        try values.encode(
            dataset.files.map {
                Content(name: $0.name, bytes: $0.content.byteCount, sha256: $0.content.sha256)
            }, forKey: .files)
    }
}

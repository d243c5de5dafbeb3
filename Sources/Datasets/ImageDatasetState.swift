import Platform

/// The state of a data set's files in a directory.
package enum ImageDatasetState: Sendable, Hashable {
    case absent
    /// Some files exist; `missing` has the names of the others.
    case incomplete(directory: String, missing: [String])
    /// All files exist; their content was not checked.
    case present(directory: String)
    /// Every file is the published one, or has the same unpacked content.
    case verified(directory: String)
    /// Every file is complete and has the right length; no SHA-256 is known for the files in `unproven`.
    case whole(directory: String, unproven: [String])
    case damaged(directory: String, files: [DamagedFile])

    package struct DamagedFile: Sendable, Hashable {
        package let path: String
        package let problem: Problem

        package init(path: String, problem: Problem) {
            self.path = path
            self.problem = problem
        }
    }

    package enum Problem: Sendable, Hashable {
        /// A wrong SHA-256 of the file as it is on disk.
        case digest(expected: String, found: String)
        /// A wrong SHA-256 of the unpacked content of a `.gz` file.
        case contentDigest(expected: String, found: String)
        /// A wrong number of unpacked bytes.
        case contentLength(expected: Int, found: Int)
        case unreadable(DatasetError)
    }

    /// Whether the files can be used, according to the checks made so far.
    package var isUsable: Bool {
        switch self {
        case .absent, .incomplete, .damaged: false
        case .present, .verified, .whole: true
        }
    }
}

extension ImageDatasetState: CustomStringConvertible {
    /// A short description of the state, for tables; each damaged file is on its own line.
    package var description: String {
        switch self {
        case .absent: "absent"
        case .incomplete(_, let missing): "incomplete, without \(missing.joined(separator: ", "))"
        case .present: "present"
        case .verified: "verified"
        case .whole(_, let unproven): "whole, no SHA-256 known of \(unproven.joined(separator: ", "))"
        case .damaged(_, let files):
            "damaged" + files.map { "\n  \($0)" }.joined()
        }
    }
}

extension ImageDatasetState.DamagedFile: CustomStringConvertible {
    package var description: String {
        switch problem {
        case .digest(let expected, let found):
            "\(path): expected SHA-256 \(expected), found \(found)" + Self.owner(of: found)
        case .contentDigest(let expected, let found):
            "\(path): expected SHA-256 of the unpacked content \(expected), found \(found)"
                + Self.owner(of: found)
        case .contentLength(let expected, let found):
            "\(path): expected \(expected) bytes unpacked, found \(found)"
        case .unreadable(let error): "\(error)"
        }
    }

    /// Returns the note that a digest belongs to a file of another data set; empty if it does not. MNIST, Fashion-MNIST
    /// and KMNIST have files with the same names.
    private static func owner(of digest: String) -> String {
        let owner = ImageDataset.all.first { dataset in
            dataset.files.contains { $0.packed.sha256 == digest || $0.content.sha256 == digest }
        }
        return owner.map { ", which is a file of \($0.name)" } ?? ""
    }
}

extension ImageDataset {
    /// Returns the state of the files by their names alone, without reading them. `files(in:)` searches the same
    /// places.
    package func state(in directory: String) -> ImageDatasetState {
        let searched = search(directory)
        let best = searched.min { $0.missing.count < $1.missing.count }!
        if best.missing.count == files.count { return .absent }
        if best.missing.isEmpty { return .present(directory: best.path) }
        return .incomplete(directory: best.path, missing: best.missing.map(\.name))
    }

    /// Returns the state of the files. If all exist, each is compared with the published file; they are read piece by
    /// piece.
    package func verify(in directory: String) -> ImageDatasetState {
        guard let found = try? self.files(in: directory) else { return state(in: directory) }
        var damaged: [ImageDatasetState.DamagedFile] = []
        var unproven: [String] = []
        for (file, path) in zip(files, found.paths) {
            switch file.verdict(on: path) {
            case .proven: break
            case .unproven: unproven.append(file.name)
            case .damaged(let problem): damaged.append(.init(path: path, problem: problem))
            }
        }
        if !damaged.isEmpty { return .damaged(directory: found.directory, files: damaged) }
        return unproven.isEmpty
            ? .verified(directory: found.directory) : .whole(directory: found.directory, unproven: unproven)
    }
}

extension ImageDataset.PublishedFile {
    /// The result of a comparison of a file with the published one.
    package enum Verdict: Sendable, Hashable {
        /// The file is the published one, or has the same unpacked content.
        case proven
        /// The file is complete and has the right length; no SHA-256 is known.
        case unproven
        case damaged(ImageDatasetState.Problem)
    }

    /// Compares the file at `path`, unpacked or `.gz`, with the published file. It is read piece by piece.
    package func verdict(on path: String) -> Verdict {
        do throws(DatasetError) {
            let file = try InputFile(path: path)
            guard try GzipReader.recognizes(file) else { return try verdict(onContent: file) }
            let digest = try SHA256.hexDigest(of: file).digest
            if digest == packed.sha256 { return .proven }
            if let expected = packed.sha256, content.sha256 == nil {
                return .damaged(.digest(expected: expected, found: digest))
            }
            // The file may have been compressed again, as in packages of operating systems.
            return try verdict(onContent: GzipReader(InputFile(path: path)))
        } catch {
            return .damaged(.unreadable(error))
        }
    }

    private func verdict(onContent source: some ByteSource) throws(DatasetError) -> Verdict {
        let (digest, byteCount) = try SHA256.hexDigest(of: source)
        if let expected = content.byteCount, byteCount != expected {
            return .damaged(.contentLength(expected: expected, found: byteCount))
        }
        guard let expected = content.sha256 else { return .unproven }
        if digest == expected { return .proven }
        return .damaged(
            source is GzipReader
                ? .contentDigest(expected: expected, found: digest)
                : .digest(expected: expected, found: digest))
    }
}

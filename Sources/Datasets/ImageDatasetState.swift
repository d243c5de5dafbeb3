import Platform

/// What there is of a data set in a directory.
public enum ImageDatasetState: Sendable, Hashable {
    case absent
    /// Some of the files are there; `missing` has the names of the others.
    case incomplete(directory: String, missing: [String])
    /// All files are there; what is in them was not looked at.
    case present(directory: String)
    /// Every file is the published one, or unpacks to what that does.
    case verified(directory: String)
    /// Every file is whole and as long as it should be; of those in `unproven` no SHA-256 is known.
    case whole(directory: String, unproven: [String])
    case damaged(directory: String, files: [DamagedFile])

    public struct DamagedFile: Sendable, Hashable {
        public let path: String
        public let problem: Problem

        public init(path: String, problem: Problem) {
            self.path = path
            self.problem = problem
        }
    }

    public enum Problem: Sendable, Hashable {
        /// The SHA-256 of the file as it lies on disk.
        case digest(expected: String, found: String)
        /// The SHA-256 of what a `.gz` file unpacks to.
        case contentDigest(expected: String, found: String)
        /// Bytes, unpacked.
        case contentLength(expected: Int, found: Int)
        case unreadable(DatasetError)
    }

    /// Whether the files can be used, as far as was looked at.
    public var isUsable: Bool {
        switch self {
        case .absent, .incomplete, .damaged: false
        case .present, .verified, .whole: true
        }
    }
}

extension ImageDatasetState: CustomStringConvertible {
    /// In few words, for tables; each damaged file has a line of its own.
    public var description: String {
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
    public var description: String {
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

    /// MNIST, Fashion-MNIST and KMNIST have files of the same names.
    private static func owner(of digest: String) -> String {
        let owner = ImageDataset.all.first { dataset in
            dataset.files.contains { $0.packed.sha256 == digest || $0.content.sha256 == digest }
        }
        return owner.map { ", which is a file of \($0.name)" } ?? ""
    }
}

extension ImageDataset {
    /// What there is of the files, by their names alone; looked for as `files(in:)` does.
    public func state(in directory: String) -> ImageDatasetState {
        let searched = search(directory)
        let best = searched.min { $0.missing.count < $1.missing.count }!
        if best.missing.count == files.count { return .absent }
        if best.missing.isEmpty { return .present(directory: best.path) }
        return .incomplete(directory: best.path, missing: best.missing.map(\.name))
    }

    /// As `state(in:)`, and reads the files where all are there: each is compared with what was published, piece
    /// by piece.
    public func verify(in directory: String) -> ImageDatasetState {
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
    /// What is to be said of a file that should be this one.
    public enum Verdict: Sendable, Hashable {
        /// It is the published one, or unpacks to what that does.
        case proven
        /// It is whole and as long as it should be; no SHA-256 is known.
        case unproven
        case damaged(ImageDatasetState.Problem)
    }

    /// Reads the file at `path`, unpacked or `.gz`, piece by piece, and compares it with what was published.
    public func verdict(on path: String) -> Verdict {
        do throws(DatasetError) {
            let file = try InputFile(path: path)
            guard try GzipReader.recognizes(file) else { return try verdict(onContent: file) }
            let digest = try SHA256.hexDigest(of: file).digest
            if digest == packed.sha256 { return .proven }
            if let expected = packed.sha256, content.sha256 == nil {
                return .damaged(.digest(expected: expected, found: digest))
            }
            // Perhaps packed anew, as packages of a system do.
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

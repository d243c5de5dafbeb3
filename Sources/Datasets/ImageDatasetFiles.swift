import Console
import Platform

/// The four files of a data set, found in a directory. ``ImageDataset/files(in:)`` finds them.
public struct ImageDatasetFiles: Sendable, Hashable {
    /// The data set.
    package let dataset: ImageDataset
    /// The directory in which the files were found: the given one, a directory in it such as torchvision's
    /// `KMNIST/raw`, or the directory of an operating system's package.
    package let directory: String
    /// One path for each `ImageDataset.Role`, in its order.
    package let paths: [String]

    package subscript(role: ImageDataset.Role) -> String { paths[role.rawValue] }

    /// Reads the training set. Images are upright and classes count from 0, however the files store them.
    ///
    /// - Throws: ``DatasetError`` if a file cannot be read or is invalid.
    public func train() throws(DatasetError) -> LabeledImages {
        try read(.trainImages, .trainLabels, dataset.classCount)
    }

    /// Reads the test set as ``train()`` reads the training set.
    ///
    /// - Parameter classCount: The number of classes of the training set, which ``ImageDataset/idx`` needs; by default
    ///   the data set's number or, if it has none, the greatest label + 1.
    /// - Throws: ``DatasetError`` if a file cannot be read or is invalid.
    public func test(classCount: Int? = nil) throws(DatasetError) -> LabeledImages {
        try read(.testImages, .testLabels, classCount ?? dataset.classCount)
    }

    /// Checks, without reading an image, that ``test(classCount:)`` can read the test set: element types, counts and
    /// lengths of its files, at least one image, and the same image size as the training set.
    ///
    /// - Throws: ``DatasetError``
    package func checkTest(like training: LabeledImages) throws(DatasetError) {
        let images = try IDXFileHeader(path: self[.testImages])
        let shape = try images.imageShape()
        try IDXFileHeader(path: self[.testLabels]).checkLabels(of: images)
        guard shape.count > 0 else { throw images.noImages() }
        let isTransposed = dataset.isTransposed
        let (rows, columns) = isTransposed ? (shape.columns, shape.rows) : (shape.rows, shape.columns)
        guard rows == training.rows, columns == training.columns else {
            throw images.invalid(
                .wrongShape, at: 8,
                expected: "images of \(training.rows) × \(training.columns), as in \(self[.trainImages])",
                found: "\(rows) × \(columns)")
        }
    }

    private func read(
        _ images: ImageDataset.Role, _ labels: ImageDataset.Role, _ classCount: Int?
    ) throws(DatasetError) -> LabeledImages {
        try LabeledImages(
            images: IDXFile(path: self[images]), labels: IDXFile(path: self[labels]),
            classCount: classCount, firstLabel: dataset.firstLabel, isTransposed: dataset.isTransposed)
    }
}

extension ImageDataset {
    /// Finds the four files: all in `directory`, in a directory in it that torchvision would use, or in the directory
    /// of a package of the operating system. Each file may be unpacked, which is faster to read, or `.gz`; its name may
    /// have a dot in place of the hyphen before "idx". Only regular files count. Nothing is read yet, and nothing is
    /// downloaded.
    ///
    /// - Throws: ``DatasetError/missing(names:lookedFor:remedy:)`` with the searched paths and the addresses to
    ///   download the files from.
    public func files(in directory: String) throws(DatasetError) -> ImageDatasetFiles {
        let searched = search(directory)
        guard let complete = searched.first(where: \.missing.isEmpty) else { throw missing(searched) }
        return ImageDatasetFiles(
            dataset: self, directory: complete.path, paths: complete.found.compactMap { $0 })
    }

    /// Returns all places in a directory, and the directory of the operating system's package.
    func search(_ directory: String) -> [SearchedDirectory] {
        let below = places.map { $0.isEmpty ? directory : FilePath.join(directory, $0) }
        let directories = below + (systemPackage.map { [$0.directory] } ?? [])
        return directories.map { SearchedDirectory($0, files) }
    }

    /// Returns the error that names the missing files. It is about the directory that has most of the files.
    private func missing(_ searched: [SearchedDirectory]) -> DatasetError {
        let best = searched.min { $0.missing.count < $1.missing.count }!
        return .missing(
            names: best.missing.map(\.name),
            lookedFor: searched.flatMap { directory in
                directory.missing.flatMap(\.names).map { FilePath.join(directory.path, $0) }
            },
            remedy: instructions(for: best.missing, in: best.path))
    }

    /// Returns instructions to download all files into a directory by hand, with addresses and checksums.
    package func instructions(in directory: String) -> String { instructions(for: files, in: directory) }

    private func instructions(for files: [PublishedFile], in directory: String) -> String {
        let package = systemPackage.map { "install \($0.title); or " } ?? ""
        switch origin {
        case .files(let mirrors):
            let which = mirrors.count > 1 ? "either of its addresses" : "its address"
            let downloads = files.map { file in
                mirrors.map { "\n  \($0)\(file.name).gz" }.joined() + Self.checksum(file.packed)
            }
            return "\(package)get each from \(which), check it with sha256sum, and put it in \(directory):"
                + downloads.joined()
        case .anywhere:
            return
                "put the files in \(directory), each unpacked or as .gz; names with a dot, such as "
                + "train-images.idx3-ubyte, are found, too"
        case .archive(let archive):
            return
                "\(package)get \(archive.name) from either address, check it with sha256sum, and unpack it by "
                + "unzip -j \(archive.name) '\(archive.prefix)\(name)-*' -d \(directory):"
                + archive.addresses.map { "\n  \($0)" }.joined() + Self.checksum(archive.fingerprint)
        }
    }

    private static func checksum(_ fingerprint: Fingerprint) -> String {
        fingerprint.sha256.map { "\n    SHA-256 \($0)" } ?? ""
    }
}

/// The files of a data set that one directory contains.
struct SearchedDirectory {
    let path: String
    /// One path for each role; nil if the directory lacks the file.
    let found: [String?]
    let missing: [ImageDataset.PublishedFile]

    init(_ path: String, _ files: [ImageDataset.PublishedFile]) {
        self.path = path
        found = files.map { Self.find($0, in: path) }
        missing = zip(files, found).filter { $0.1 == nil }.map(\.0)
    }

    /// Returns the first regular file. If there is none, returns the first name that exists, so that the error of
    /// reading it names the kind of file.
    private static func find(_ file: ImageDataset.PublishedFile, in directory: String) -> String? {
        let paths = (file.names + file.otherNames).map { FilePath.join(directory, $0) }
        let regular = paths.first { (try? POSIX.kind(at: $0, followingLinks: true)) == .regular }
        return regular ?? paths.first { POSIX.exists($0) }
    }
}

extension ImageDataset {
    /// Returns the default directory of the files, for searching and for downloading.
    ///
    /// - Parameter root: The directory of all data sets.
    package func directory(in root: String = "datasets") -> String { FilePath.join(root, folder) }

    /// Returns the command that downloads the files into `directory`.
    package func fetchCommand(to directory: String) -> String {
        let words = ["mnist-bilstm", "datasets", "fetch", name]
        return ShellWords.quoted(
            words + (directory == self.directory() ? [] : ["--to", directory]))
    }

    /// Returns the name of the data set and its directory, for people; for MNIST only the directory.
    package func title(in directory: String) -> String {
        self == .mnist ? directory : "\(name) in \(directory)"
    }
}

import Platform

/// The four files of a data set, found in a directory.
public struct ImageDatasetFiles: Sendable, Hashable {
    public let dataset: ImageDataset
    /// Where the files were found: the directory given, one of the data set's places in it, or that of a package.
    public let directory: String
    /// One for each `ImageDataset.Role`, in its order.
    package let paths: [String]

    public subscript(role: ImageDataset.Role) -> String { paths[role.rawValue] }

    /// Reads the images to train on, upright, their classes from 0.
    public func train() throws(DatasetError) -> LabeledImages {
        try read(.trainImages, .trainLabels, dataset.classCount)
    }

    /// Reads the images to test on, as `train()` does.
    ///
    /// - Parameter classCount: That of the images to train on, for a data set that does not tell.
    public func test(classCount: Int? = nil) throws(DatasetError) -> LabeledImages {
        try read(.testImages, .testLabels, classCount ?? dataset.classCount)
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
    /// Finds the four files, all of them in `directory`, in one of the data set's places in it, or where a package
    /// of the system has them; each unpacked or as `.gz`; unpacked first, as that is quicker to read. Nothing is
    /// read yet, and nothing is ever downloaded.
    ///
    /// - Throws: `DatasetError.missing`, which tells every path looked for and where to get the files.
    public func files(in directory: String) throws(DatasetError) -> ImageDatasetFiles {
        let searched = search(directory)
        guard let complete = searched.first(where: \.missing.isEmpty) else { throw missing(searched) }
        return ImageDatasetFiles(
            dataset: self, directory: complete.path, paths: complete.found.compactMap { $0 })
    }

    /// All places below a directory, and that of a package.
    func search(_ directory: String) -> [SearchedDirectory] {
        let below = places.map { $0.isEmpty ? directory : FilePath.join(directory, $0) }
        let directories = below + (systemPackage.map { [$0.directory] } ?? [])
        return directories.map { SearchedDirectory($0, files) }
    }

    /// Names what lacks in the directory that has most of the files.
    private func missing(_ searched: [SearchedDirectory]) -> DatasetError {
        let best = searched.min { $0.missing.count < $1.missing.count }!
        return .missing(
            names: best.missing.map(\.name),
            lookedFor: searched.flatMap { directory in
                directory.missing.flatMap(\.names).map { FilePath.join(directory.path, $0) }
            },
            remedy: instructions(for: best.missing, in: best.path))
    }

    /// How a person gets all the files into a directory: addresses and checksums.
    public func instructions(in directory: String) -> String { instructions(for: files, in: directory) }

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
            return "put the files in \(directory), each as it is or as .gz"
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

/// What one directory has of the four files.
struct SearchedDirectory {
    let path: String
    /// One for each role; nil where there is no file.
    let found: [String?]
    let missing: [ImageDataset.PublishedFile]

    init(_ path: String, _ files: [ImageDataset.PublishedFile]) {
        self.path = path
        found = files.map { file in file.names.map { FilePath.join(path, $0) }.first { POSIX.exists($0) } }
        missing = zip(files, found).filter { $0.1 == nil }.map(\.0)
    }
}

/// The files of the MNIST handwritten digits: 60,000 images to train on and 10,000 to test on, of
/// 28 × 28 pixels, in ten classes (LeCun, Cortes and Burges).
public struct MNIST: Sendable, Hashable {
    /// Where the files were found: the directory given, or `MNIST/raw` in it.
    public let directory: String
    public let trainImagesPath: String
    public let trainLabelsPath: String
    public let testImagesPath: String
    public let testLabelsPath: String

    public static let classCount = 10

    /// Finds the four files, all of them in `directory` or all of them in torchvision's
    /// `<directory>/MNIST/raw`, each unpacked or as `.gz`; unpacked first, as that is quicker to read.
    /// Nothing is read yet, and nothing is ever downloaded.
    ///
    /// - Throws: `DatasetError.missing`, which tells every path looked for and where to get the files.
    public init(directory: String) throws(DatasetError) {
        let searched = [directory, join(directory, "MNIST/raw")].map(MNISTDirectory.init)
        guard let complete = searched.first(where: \.missing.isEmpty) else {
            throw MNISTFile.missingError(searched)
        }
        self.directory = complete.path
        trainImagesPath = complete.found[.trainImages]!
        trainLabelsPath = complete.found[.trainLabels]!
        testImagesPath = complete.found[.testImages]!
        testLabelsPath = complete.found[.testLabels]!
    }

    /// Reads the 60,000 images to train on; 47 MB in memory.
    public func train() throws(DatasetError) -> LabeledImages {
        try Self.read(images: trainImagesPath, labels: trainLabelsPath)
    }

    /// Reads the 10,000 images to test on; 8 MB in memory.
    public func test() throws(DatasetError) -> LabeledImages {
        try Self.read(images: testImagesPath, labels: testLabelsPath)
    }

    private static func read(images: String, labels: String) throws(DatasetError) -> LabeledImages {
        try LabeledImages(
            images: IDXFile(path: images), labels: IDXFile(path: labels), classCount: classCount)
    }
}

/// The files by their published names, without `.gz`.
private enum MNISTFile: String, CaseIterable {
    case trainImages = "train-images-idx3-ubyte"
    case trainLabels = "train-labels-idx1-ubyte"
    case testImages = "t10k-images-idx3-ubyte"
    case testLabels = "t10k-labels-idx1-ubyte"

    var names: [String] { [rawValue, rawValue + ".gz"] }

    static let mirrors = [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ]

    /// SHA-256 of the `.gz` file that the mirrors have.
    var mirrorDigest: String {
        switch self {
        case .trainImages: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
        case .trainLabels: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
        case .testImages: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
        case .testLabels: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
        }
    }

    /// Names what lacks in the directory that has most of the files.
    static func missingError(_ searched: [MNISTDirectory]) -> DatasetError {
        let best = searched.min { $0.missing.count < $1.missing.count }!
        let lookedFor = searched.flatMap { directory in
            directory.missing.flatMap(\.names).map { join(directory.path, $0) }
        }
        let downloads = best.missing.map { file in
            mirrors.map { "\n  \($0)\(file.rawValue).gz" }.joined() + "\n    SHA-256 \(file.mirrorDigest)"
        }
        return .missing(
            names: best.missing.map(\.rawValue), lookedFor: lookedFor,
            remedy: "get each from either address, check it with sha256sum, and put it in \(best.path):"
                + downloads.joined())
    }
}

/// What one directory has of the four files.
private struct MNISTDirectory {
    let path: String
    let found: [MNISTFile: String]
    let missing: [MNISTFile]

    init(path: String) {
        self.path = path
        var found: [MNISTFile: String] = [:]
        for file in MNISTFile.allCases {
            found[file] = file.names.map { join(path, $0) }.first(where: exists)
        }
        self.found = found
        missing = MNISTFile.allCases.filter { found[$0] == nil }
    }
}

private func join(_ directory: String, _ name: String) -> String {
    directory.isEmpty || directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
}

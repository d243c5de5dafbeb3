/// A published data set of labelled grey images: its classes, and the four IDX files that it consists of.
///
/// ```swift
/// let files = try ImageDataset.kmnist.files(in: "datasets/kmnist")
/// let (train, test) = try (files.train(), files.test())
/// ```
public struct ImageDataset: Sendable, Hashable {
    /// The name in command-line options, such as "fashion-mnist".
    package let name: String
    /// The name for people, such as "Fashion-MNIST, articles of clothing".
    package let title: String
    /// The name of each class, in the order of the classes; empty if the classes are known only from the labels.
    public let classNames: [String]
    /// The label of class 0 in the files.
    package let firstLabel: Int
    /// Whether rows and columns are exchanged in the files.
    package let isTransposed: Bool
    /// The numbers of training and of test images; empty if unknown.
    package let imageCounts: [Int]
    /// One file for each `Role`, in its order.
    package let files: [PublishedFile]
    /// Paths, relative to the directory that the user names, at which the files may be; "" is the directory itself.
    package let places: [String]
    /// The operating system's package that contains the files.
    package let systemPackage: SystemPackage?
    /// The name of the files' folder in a directory of data sets. Some data sets share a folder.
    package let folder: String
    /// The licence of the files, such as "CC BY-SA 4.0".
    package let licence: String
    package let origin: Origin

    /// The number of classes; nil if it is known only from the labels.
    package var classCount: Int? { classNames.isEmpty ? nil : classNames.count }

    /// The content of one of the four files.
    package enum Role: Int, Sendable, CaseIterable {
        case trainImages, trainLabels, testImages, testLabels
    }

    /// A file as its authors published it.
    package struct PublishedFile: Sendable, Hashable {
        /// The name, without `.gz`.
        package let name: String
        /// The fingerprint of the `.gz` file.
        package let packed: Fingerprint
        /// The fingerprint of the unpacked content.
        package let content: Fingerprint

        /// The names under which the file is published, unpacked or as `.gz`.
        package var names: [String] { [name, name + ".gz"] }

        /// The paths at which the file may also be. Some unpacking programs write a dot in place of a hyphen
        /// ("train-images.idx3-ubyte"), and some put the file into a directory of the same name. Each may be unpacked
        /// or a `.gz` file.
        var otherNames: [String] {
            let dotted = dottedName.map { [$0] } ?? []
            return (dotted + ([name] + dotted).map { "\($0)/\($0)" }).flatMap { [$0, $0 + ".gz"] }
        }

        /// The name with a dot in place of the hyphen before "idx"; nil if it has no such hyphen.
        private var dottedName: String? {
            let parts = name.split(separator: "-")
            guard let mark = parts.lastIndex(where: { $0.hasPrefix("idx") }), mark > 0 else { return nil }
            return parts[..<mark].joined(separator: "-") + "." + parts[mark...].joined(separator: "-")
        }
    }

    /// The known properties by which a file is recognized as the published one.
    package struct Fingerprint: Sendable, Hashable {
        package let byteCount: Int?
        /// The SHA-256 in 64 lower-case hexadecimal digits.
        package let sha256: String?

        package init(byteCount: Int? = nil, sha256: String? = nil) {
            self.byteCount = byteCount
            self.sha256 = sha256
        }
    }

    package struct SystemPackage: Sendable, Hashable {
        /// The name for people, such as "Debian's package dataset-fashion-mnist".
        package let title: String
        package let directory: String
    }

    /// The addresses of the files, in the order in which they are tried.
    package enum Origin: Sendable, Hashable {
        /// Single files: an address is a mirror followed by the file's name with `.gz`.
        case files(mirrors: [String])
        /// No known address.
        case anywhere
        /// One zip archive with all files.
        case archive(Archive)
    }

    package struct Archive: Sendable, Hashable {
        package let name: String
        package let addresses: [String]
        /// The path of the files in the archive, before their names.
        package let prefix: String
        package let fingerprint: Fingerprint

        /// The archive itself as a published file.
        package var file: PublishedFile {
            PublishedFile(name: name, packed: fingerprint, content: fingerprint)
        }
    }

    package subscript(role: Role) -> PublishedFile { files[role.rawValue] }

    /// The number of bytes to download for all files; nil if unknown.
    package var downloadByteCount: Int? {
        switch origin {
        case .anywhere: return nil
        case .archive(let archive): return archive.fingerprint.byteCount
        case .files:
            let sizes = files.compactMap(\.packed.byteCount)
            return sizes.count == files.count ? sizes.reduce(0, +) : nil
        }
    }

    /// Returns the names of `count` classes: the data set's names or, if it has another number of classes, the labels.
    package func classNames(count: Int) -> [String] {
        classNames.count == count ? classNames : (0..<count).map { "\(firstLabel + $0)" }
    }
}

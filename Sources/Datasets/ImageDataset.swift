/// What is known of a data set of the MNIST family: two IDX files of images and labels to train on, and two to
/// test on.
public struct ImageDataset: Sendable, Hashable {
    /// The name in options: "fashion-mnist".
    public let name: String
    /// For people: "Fashion-MNIST, articles of clothing".
    public let title: String
    /// What each class shows, in order; empty where only the data tell how many there are.
    public let classNames: [String]
    /// The label in the files that class 0 has.
    public let firstLabel: Int
    /// Whether the images lie on their side: rows are columns.
    public let isTransposed: Bool
    /// The images to train on and to test on; empty if not known.
    public let imageCounts: [Int]
    /// One for each `Role`, in its order.
    public let files: [PublishedFile]
    /// Where the files may lie below the directory that a user gives; "" is the directory itself.
    public let places: [String]
    /// A package of the system that brings the files.
    public let systemPackage: SystemPackage?
    /// Where to put the files below a directory of data sets; some share one.
    public let folder: String
    /// Under what terms the files may be used.
    public let licence: String
    public let origin: Origin

    /// Nil for the greatest label in the data to tell.
    public var classCount: Int? { classNames.isEmpty ? nil : classNames.count }

    /// What each of the four files is for.
    public enum Role: Int, Sendable, CaseIterable {
        case trainImages, trainLabels, testImages, testLabels
    }

    /// A file as its authors give it away.
    public struct PublishedFile: Sendable, Hashable {
        /// Without `.gz`.
        public let name: String
        /// The `.gz` file.
        public let packed: Fingerprint
        /// What it unpacks to.
        public let content: Fingerprint

        package var names: [String] { [name, name + ".gz"] }
    }

    /// What tells the right file from others, as far as it is known.
    public struct Fingerprint: Sendable, Hashable {
        public let byteCount: Int?
        /// 64 lower-case digits.
        public let sha256: String?

        public init(byteCount: Int? = nil, sha256: String? = nil) {
            self.byteCount = byteCount
            self.sha256 = sha256
        }
    }

    public struct SystemPackage: Sendable, Hashable {
        /// "Debian's package dataset-fashion-mnist".
        public let title: String
        public let directory: String
    }

    /// From where the files can be had, the first address first.
    public enum Origin: Sendable, Hashable {
        /// Each on its own: an address is one of these and the file's name with `.gz`.
        case files(mirrors: [String])
        /// From whoever has them.
        case anywhere
        /// All in one zip archive.
        case archive(Archive)
    }

    public struct Archive: Sendable, Hashable {
        public let name: String
        public let addresses: [String]
        /// What stands before the names of the files in it.
        public let prefix: String
        public let fingerprint: Fingerprint

        /// The archive itself.
        public var file: PublishedFile {
            PublishedFile(name: name, packed: fingerprint, content: fingerprint)
        }
    }

    public subscript(role: Role) -> PublishedFile { files[role.rawValue] }

    /// The size in bytes of all that has to be downloaded; nil if it is not known.
    public var downloadByteCount: Int? {
        switch origin {
        case .anywhere: return nil
        case .archive(let archive): return archive.fingerprint.byteCount
        case .files:
            let sizes = files.compactMap(\.packed.byteCount)
            return sizes.count == files.count ? sizes.reduce(0, +) : nil
        }
    }
}

extension ImageDataset {
    /// Every published data set, in the order in which tools list them. ``idx`` is not among them.
    package static let all = [
        mnist, fashionMNIST, kmnist, emnistLetters, emnistBalanced, emnistByClass, emnistByMerge,
        emnistDigits,
        emnistMNIST, qmnist,
    ]

    /// Returns the data set with a name, such as "fashion-mnist" or "idx"; nil if there is none.
    package static func named(_ name: String) -> ImageDataset? { (all + [idx]).first { $0.name == name } }

    /// Your own images, of any size and up to 256 classes, in IDX files named like MNIST's. The number of classes is
    /// the greatest label + 1.
    public static let idx = ImageDataset(
        name: "idx", title: "Images of one's own, in files named as MNIST's", classNames: [], firstLabel: 0,
        isTransposed: false, imageCounts: [],
        files: mnist.files.map {
            PublishedFile(name: $0.name, packed: Fingerprint(), content: Fingerprint())
        },
        places: [""], systemPackage: nil, folder: "idx", licence: "its owner's", origin: .anywhere)

    /// MNIST: handwritten digits, 60,000 training and 10,000 test images of 28 × 28 pixels in 10 classes.
    public static let mnist = ImageDataset(
        name: "mnist", title: "MNIST, handwritten digits", classNames: digits, firstLabel: 0,
        isTransposed: false, imageCounts: [60_000, 10_000],
        files: [
            PublishedFile(
                name: "train-images-idx3-ubyte",
                packed: Fingerprint(
                    byteCount: 9_912_422,
                    sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                content: images(60_000, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db")),
            PublishedFile(
                name: "train-labels-idx1-ubyte",
                packed: Fingerprint(
                    byteCount: 28_881,
                    sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                content: labels(60_000, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5")),
            PublishedFile(
                name: "t10k-images-idx3-ubyte",
                packed: Fingerprint(
                    byteCount: 1_648_877,
                    sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                content: images(10_000, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7")),
            PublishedFile(
                name: "t10k-labels-idx1-ubyte",
                packed: Fingerprint(
                    byteCount: 4_542,
                    sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
                content: labels(10_000, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")),
        ],
        places: ["", "MNIST/raw"], systemPackage: nil, folder: "mnist", licence: "CC BY-SA 3.0",
        origin: .files(mirrors: [
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ]))

    /// Fashion-MNIST: articles of clothing, 60,000 training and 10,000 test images of 28 × 28 pixels in 10 classes
    /// (Xiao, Rasul and Vollgraf, arXiv:1708.07747).
    public static let fashionMNIST = ImageDataset(
        name: "fashion-mnist", title: "Fashion-MNIST, articles of clothing",
        classNames: [
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
            "Ankle boot",
        ],
        firstLabel: 0, isTransposed: false, imageCounts: [60_000, 10_000],
        files: [
            PublishedFile(
                name: "train-images-idx3-ubyte",
                packed: Fingerprint(
                    byteCount: 26_421_880,
                    sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                content: images(60_000, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888")),
            PublishedFile(
                name: "train-labels-idx1-ubyte",
                packed: Fingerprint(
                    byteCount: 29_515,
                    sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                content: labels(60_000, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9")),
            PublishedFile(
                name: "t10k-images-idx3-ubyte",
                packed: Fingerprint(
                    byteCount: 4_422_102,
                    sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                content: images(10_000, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b")),
            PublishedFile(
                name: "t10k-labels-idx1-ubyte",
                packed: Fingerprint(
                    byteCount: 5_148,
                    sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
                content: labels(10_000, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")),
        ],
        places: ["", "FashionMNIST/raw"],
        systemPackage: SystemPackage(
            title: "Debian's package dataset-fashion-mnist", directory: "/usr/share/datasets/fashion-mnist"),
        folder: "fashion-mnist", licence: "MIT",
        origin: .files(mirrors: [
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        ]))

    /// Kuzushiji-MNIST: cursive Japanese, 60,000 training and 10,000 test images of 28 × 28 pixels in 10 classes
    /// (Clanuwat and others, arXiv:1812.01718).
    // No SHA-256 of the unpacked files is known.
    public static let kmnist = ImageDataset(
        name: "kmnist", title: "Kuzushiji-MNIST, cursive Japanese",
        classNames: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"], firstLabel: 0,
        isTransposed: false, imageCounts: [60_000, 10_000],
        files: [
            PublishedFile(
                name: "train-images-idx3-ubyte",
                packed: Fingerprint(
                    byteCount: 18_165_135,
                    sha256: "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
                content: images(60_000)),
            PublishedFile(
                name: "train-labels-idx1-ubyte",
                packed: Fingerprint(
                    byteCount: 29_497,
                    sha256: "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
                content: labels(60_000)),
            PublishedFile(
                name: "t10k-images-idx3-ubyte",
                packed: Fingerprint(
                    byteCount: 3_041_136,
                    sha256: "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
                content: images(10_000)),
            PublishedFile(
                name: "t10k-labels-idx1-ubyte",
                packed: Fingerprint(
                    byteCount: 5_120,
                    sha256: "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
                content: labels(10_000)),
        ],
        places: ["", "KMNIST/raw"], systemPackage: nil, folder: "kmnist", licence: "CC BY-SA 4.0",
        origin: .files(mirrors: [
            "https://codh.rois.ac.jp/kmnist/dataset/kmnist/", "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        ]))

    /// EMNIST Letters: handwritten letters, with upper and lower case as one class, 124,800 training and 20,800 test
    /// images of 28 × 28 pixels in 26 classes (Cohen, Afshar, Tapson and van Schaik, arXiv:1702.05373).
    public static let emnistLetters = emnist(
        "letters", title: "EMNIST letters, handwritten, upper and lower case as one class",
        classNames: upperCase, firstLabel: 1, imageCounts: [124_800, 20_800])

    /// EMNIST Balanced: handwritten digits and letters, 112,800 training and 18,800 test images of 28 × 28 pixels in 47
    /// classes (Cohen, Afshar, Tapson and van Schaik, arXiv:1702.05373).
    public static let emnistBalanced = emnist(
        "balanced", title: "EMNIST balanced, handwritten digits and letters",
        classNames: mergedCharacters, firstLabel: 0, imageCounts: [112_800, 18_800])

    /// EMNIST ByClass: handwritten digits and letters, with the natural frequencies of the classes, 697,932 training
    /// and 116,323 test images of 28 × 28 pixels in 62 classes (Cohen, Afshar, Tapson and van Schaik,
    /// arXiv:1702.05373).
    public static let emnistByClass = emnist(
        "byclass", title: "EMNIST by class, all handwritten digits and letters",
        classNames: digits + upperCase + "abcdefghijklmnopqrstuvwxyz".map { String($0) }, firstLabel: 0,
        imageCounts: [697_932, 116_323])

    /// EMNIST ByMerge: the images of ``emnistByClass``, with upper and lower case merged for 15 letters: 47 classes
    /// (Cohen, Afshar, Tapson and van Schaik, arXiv:1702.05373).
    public static let emnistByMerge = emnist(
        "bymerge", title: "EMNIST by merge, all handwritten digits and letters, similar cases as one class",
        classNames: mergedCharacters, firstLabel: 0, imageCounts: [697_932, 116_323])

    /// EMNIST Digits: handwritten digits, 240,000 training and 40,000 test images of 28 × 28 pixels in 10 classes (Cohen,
    /// Afshar, Tapson and van Schaik, arXiv:1702.05373).
    public static let emnistDigits = emnist(
        "digits", title: "EMNIST digits, handwritten", classNames: digits, firstLabel: 0,
        imageCounts: [240_000, 40_000])

    /// EMNIST MNIST: MNIST's digits, prepared in the same way as EMNIST's, 60,000 training and 10,000 test images of 28
    /// × 28 pixels in 10 classes (Cohen, Afshar, Tapson and van Schaik, arXiv:1702.05373).
    public static let emnistMNIST = emnist(
        "mnist", title: "EMNIST mnist, MNIST's digits prepared as EMNIST's", classNames: digits,
        firstLabel: 0,
        imageCounts: [60_000, 10_000])

    /// QMNIST: MNIST's digits reconstructed, 60,000 training and 60,000 test images of 28 × 28 pixels in 10 classes
    /// (Yadav and Bottou, arXiv:1905.10498).
    // Neither a SHA-256 of the unpacked files nor the sizes of the packed ones are known.
    public static let qmnist = ImageDataset(
        name: "qmnist", title: "QMNIST, MNIST's digits made anew, with 60,000 to test on", classNames: digits,
        firstLabel: 0, isTransposed: false, imageCounts: [60_000, 60_000],
        files: [
            PublishedFile(
                name: "qmnist-train-images-idx3-ubyte",
                packed: Fingerprint(
                    sha256: "9e26a7bf1683614e065d7b76460ccd52807165b3f22561fb782bd9f38c52b51d"),
                content: images(60_000)),
            PublishedFile(
                name: "qmnist-train-labels-idx2-int",
                packed: Fingerprint(
                    sha256: "2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f"),
                content: rowsOfLabels(60_000)),
            PublishedFile(
                name: "qmnist-test-images-idx3-ubyte",
                packed: Fingerprint(
                    sha256: "43fc22bf7498b8fc98de98369d72f752d0deabc280a43a7bcc364ab19e57b375"),
                content: images(60_000)),
            PublishedFile(
                name: "qmnist-test-labels-idx2-int",
                packed: Fingerprint(
                    sha256: "9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06"),
                content: rowsOfLabels(60_000)),
        ],
        places: ["", "QMNIST/raw"], systemPackage: nil, folder: "qmnist", licence: "BSD-style",
        origin: .files(mirrors: ["https://raw.githubusercontent.com/facebookresearch/qmnist/master/"]))

    /// Returns one of EMNIST's splits. A SHA-256 is known only for the archive with all of them. The classes and counts
    /// are the paper's; the lengths of the files are compared with them, but no digest is confirmed.
    private static func emnist(
        _ split: String, title: String, classNames: [String], firstLabel: Int, imageCounts: [Int]
    ) -> ImageDataset {
        let files = zip(["train", "test"], imageCounts).flatMap { part, count in
            [
                PublishedFile(
                    name: "emnist-\(split)-\(part)-images-idx3-ubyte", packed: Fingerprint(),
                    content: images(count)),
                PublishedFile(
                    name: "emnist-\(split)-\(part)-labels-idx1-ubyte", packed: Fingerprint(),
                    content: labels(count)),
            ]
        }
        return ImageDataset(
            name: "emnist-\(split)", title: title, classNames: classNames, firstLabel: firstLabel,
            isTransposed: true, imageCounts: imageCounts, files: files,
            places: ["", "gzip", "EMNIST/raw", "EMNIST/raw/gzip"], systemPackage: nil, folder: "emnist",
            licence: "none stated; made from NIST Special Database 19",
            origin: .archive(
                Archive(
                    name: "gzip.zip",
                    addresses: [
                        "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
                        "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip",
                    ], prefix: "gzip/",
                    fingerprint: Fingerprint(
                        byteCount: 561_753_746,
                        sha256: "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e"))))
    }

    private static let digits = (0...9).map(String.init)
    /// The classes of EMNIST's splits in which lower-case letters that look like upper-case ones are merged with them.
    private static let mergedCharacters =
        digits + upperCase + ["a", "b", "d", "e", "f", "g", "h", "n", "q", "r", "t"]
    private static let upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map { String($0) }

    private static func images(_ count: Int, _ sha256: String? = nil) -> Fingerprint {
        Fingerprint(byteCount: 16 + count * 28 * 28, sha256: sha256)
    }

    private static func labels(_ count: Int, _ sha256: String? = nil) -> Fingerprint {
        Fingerprint(byteCount: 8 + count, sha256: sha256)
    }

    /// Returns the fingerprint of the unpacked label file, which has eight int32 for each image.
    private static func rowsOfLabels(_ count: Int) -> Fingerprint {
        Fingerprint(byteCount: 12 + count * 8 * 4)
    }
}

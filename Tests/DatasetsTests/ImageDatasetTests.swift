import Foundation
import Platform
import TestSupport
import Testing

@testable import Datasets

@Suite struct ImageDatasetTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Returns tiny files with a data set's quirks: two training images of 2 × 3 pixels and two test images, of classes
    /// 0, 1 and 1, 0. The pixels count up; the first byte is the file's number.
    private func contents(_ dataset: ImageDataset) -> [[UInt8]] {
        [(0, [0, 1]), (100, [1, 0])].flatMap { (start: UInt8, classes: [UInt8]) -> [[UInt8]] in
            let labels = classes.map { $0 + UInt8(dataset.firstLabel) }
            let rows = labels.flatMap { [Int32($0), 4, 2100, 0, 30, 5, 0, 0] }.flatMap(bigEndian)
            return [
                idx(Array(start..<start + 12), shape: [2, 2, 3]),
                dataset.name == "qmnist"
                    ? idxHeader(type: 0x0C, shape: [2, 8]) + rows : idx(labels, shape: [2]),
            ]
        }
    }

    private func write(_ dataset: ImageDataset, to place: String = "", isPacked: Bool = true) throws {
        for (file, content) in zip(dataset.files, contents(dataset)) {
            let name = file.name + (isPacked ? ".gz" : "")
            try directory.write(
                isPacked ? gzip(content) : content, to: place.isEmpty ? name : "\(place)/\(name)")
        }
    }

    /// Returns the data set without the system's package, with the fingerprints of the files that `contents` returns.
    private func known(_ dataset: ImageDataset, _ digests: Digests) -> ImageDataset {
        func fingerprint(_ bytes: [UInt8], _ isKnown: Bool) -> ImageDataset.Fingerprint {
            var hash = SHA256()
            hash.update(bytes)
            return ImageDataset.Fingerprint(byteCount: bytes.count, sha256: isKnown ? hash.hexDigest : nil)
        }
        let files = zip(dataset.files, contents(dataset)).map { file, content in
            ImageDataset.PublishedFile(
                name: file.name, packed: fingerprint(gzip(content), digests != .none),
                content: fingerprint(content, digests == .packedAndContent))
        }
        return ImageDataset(
            name: dataset.name, title: dataset.title, classNames: dataset.classNames,
            firstLabel: dataset.firstLabel, isTransposed: dataset.isTransposed, imageCounts: [2, 2],
            files: files, places: dataset.places, systemPackage: nil, folder: dataset.folder,
            licence: dataset.licence, origin: dataset.origin)
    }

    private enum Digests { case none, packed, packedAndContent }

    @Test func `the catalogue is complete`() {
        #expect(
            ImageDataset.all.map(\.name) == [
                "mnist", "fashion-mnist", "kmnist", "emnist-letters", "emnist-balanced", "emnist-byclass",
                "emnist-bymerge", "emnist-digits", "emnist-mnist", "qmnist",
            ])
        #expect(ImageDataset.all.map(\.classCount) == [10, 10, 10, 26, 47, 62, 47, 10, 10, 10])
        #expect(ImageDataset.all.filter(\.isTransposed).allSatisfy { $0.folder == "emnist" })
        #expect(ImageDataset.all.filter { $0.folder == "emnist" }.allSatisfy { $0.isTransposed })
        #expect(ImageDataset.named("kmnist") == .kmnist)
        #expect(ImageDataset.named("idx") == .idx)
        #expect(ImageDataset.named("imagenet") == nil)
        for dataset in ImageDataset.all {
            #expect(dataset.files.count == 4)
            #expect(Set(dataset.classNames).count == dataset.classCount)
            for (index, file) in dataset.files.enumerated() {
                let count = dataset.imageCounts[index / 2]
                let labelSize = dataset.name == "qmnist" ? 12 + count * 32 : 8 + count
                #expect(file.content.byteCount == (index % 2 == 0 ? 16 + count * 784 : labelSize))
                for digest in [file.packed.sha256, file.content.sha256].compactMap({ $0 }) {
                    #expect(digest.count == 64 && digest.allSatisfy { "0123456789abcdef".contains($0) })
                }
            }
        }
        let digests = ImageDataset.all.flatMap(\.files).flatMap { [$0.packed.sha256, $0.content.sha256] }
            .compactMap { $0 }
        #expect(Set(digests).count == digests.count)
    }

    @Test(arguments: ImageDataset.all) func `every data set is read as published`(dataset: ImageDataset)
        throws
    {
        for place in dataset.places {
            for isPacked in [true, false] {
                try write(dataset, to: place, isPacked: isPacked)
                let files = try dataset.files(in: directory.path)
                let (train, test) = (try files.train(), try files.test())
                #expect(Array(train.labels) == [0, 1])
                #expect(Array(test.labels) == [1, 0])
                #expect(train.classCount == dataset.classCount)
                #expect((train.rows, train.columns) == (dataset.isTransposed ? (3, 2) : (2, 3)))
                #expect(
                    train[0].pixels
                        == (dataset.isTransposed ? [0, 3, 1, 4, 2, 5] : [0, 1, 2, 3, 4, 5]))
                #expect(test[1].pixels[0] == 106)
            }
        }
    }

    private func rename(_ name: String, to other: String) throws {
        let target = URL(filePath: directory.file(other))
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: directory.file(name), toPath: target.path)
    }

    /// `name` is the name of a file; `dotted` is the same with a dot before "idx".
    @Test(arguments: [
        "{dotted}", "{dotted}.gz", "{name}/{name}", "{name}/{name}.gz", "{dotted}/{dotted}",
    ])
    func `other usual spellings of names are found`(form: String) throws {
        for dataset in [ImageDataset.mnist, .qmnist, .emnistDigits] {
            try write(dataset, isPacked: form.hasSuffix(".gz"))
            for file in dataset.files {
                let dotted = file.name.replacing("-idx", with: ".idx")
                let path = form.replacing("{name}", with: file.name).replacing("{dotted}", with: dotted)
                let written = file.name + (form.hasSuffix(".gz") ? ".gz" : "")
                if form.hasPrefix("{name}/") { try rename(written, to: "moved") }
                try rename(form.hasPrefix("{name}/") ? "moved" : written, to: path)
            }
            #expect(try Array(dataset.files(in: directory.path).train().labels) == [0, 1], "\(dataset.name)")
            #expect(dataset.state(in: directory.path) == .present(directory: directory.path))
            for name in try directory.names {
                try FileManager.default.removeItem(atPath: directory.file(name))
            }
        }
    }

    /// Only regular files count, if there is one under any name.
    @Test func `a directory, pipe or dead link does not hide a regular file`() throws {
        try write(.mnist)
        let names = ImageDataset.mnist.files.map { "\(directory.path)/\($0.name)" }
        try POSIX.makeDirectory(names[0])
        #expect(mkfifo(names[1], 0o600) == 0)
        try POSIX.makeSymbolicLink(names[2], to: "nowhere")
        try POSIX.makeSymbolicLink(names[3], to: FilePath.name(of: names[3]))
        #expect(try Array(ImageDataset.mnist.files(in: directory.path).train().labels) == [0, 1])
        #expect(try Array(ImageDataset.mnist.files(in: directory.path).test().labels) == [1, 0])
        try FileManager.default.removeItem(atPath: names[0] + ".gz")
        let alone = #expect(throws: DatasetError.self) {
            try ImageDataset.mnist.files(in: directory.path).train()
        }
        #expect(alone == .unreadable(file: names[0], reason: "it is a directory"))
    }

    @Test func `the class count of your own images is the greatest label plus one`() throws {
        try write(.idx, isPacked: false)
        let files = try ImageDataset.idx.files(in: directory.path)
        let train = try files.train()
        #expect((train.rows, train.columns, train.classCount) == (2, 3, 2))
        try directory.write(idx([0, 2], shape: [2]), to: "t10k-labels-idx1-ubyte")
        #expect(throws: DatasetError.self) { try files.test(classCount: train.classCount) }
        #expect(try files.test().classCount == 3)
    }

    @Test(arguments: ImageDataset.all) func `missing files are named with instructions to get them`(
        dataset: ImageDataset
    ) throws {
        let error = #expect(throws: DatasetError.self) {
            try known(dataset, .none).files(in: directory.path)
        }
        let message = try #require(error).description
        #expect(message.contains(dataset.files[0].name + ".gz") && message.contains("https://"))
        let text = dataset.instructions(in: "here")
        #expect(text.contains("in here:") || text.contains("-d here:"))
        #expect(text.contains("SHA-256 "))
        #expect(text.contains("Debian") == (dataset == .fashionMNIST))
    }

    @Test func `the operating system's package is searched last`() throws {
        let package = directory.path + "/package"
        let base = known(.fashionMNIST, .packedAndContent)
        let dataset = ImageDataset(
            name: base.name, title: base.title, classNames: base.classNames, firstLabel: 0,
            isTransposed: false, imageCounts: [], files: base.files, places: base.places,
            systemPackage: ImageDataset.SystemPackage(title: "a package", directory: package),
            folder: base.folder, licence: base.licence, origin: base.origin)
        #expect(dataset.state(in: directory.path) == .absent)
        try write(.fashionMNIST, to: "package")
        #expect(dataset.state(in: directory.path) == .present(directory: package))
        #expect(try dataset.files(in: directory.path).directory == package)
        try write(.fashionMNIST, to: "FashionMNIST/raw")
        #expect(try dataset.files(in: directory.path).directory == directory.path + "/FashionMNIST/raw")
    }

    @Test func `the state by names says which files exist`() throws {
        let dataset = known(.kmnist, .packed)
        #expect(dataset.state(in: directory.path) == .absent)
        #expect(dataset.verify(in: directory.path) == .absent)
        try directory.write([], to: "t10k-labels-idx1-ubyte.gz")
        let missing = dataset.files.dropLast().map(\.name)
        #expect(dataset.state(in: directory.path) == .incomplete(directory: directory.path, missing: missing))
        #expect(
            dataset.state(in: directory.path).description
                == "incomplete, without \(missing.joined(separator: ", "))")
        try write(.kmnist)
        #expect(dataset.state(in: directory.path) == .present(directory: directory.path))
    }

    @Test(arguments: [true, false]) func `correct files are verified`(isPacked: Bool) throws {
        try write(.mnist, isPacked: isPacked)
        let state = known(.mnist, .packedAndContent).verify(in: directory.path)
        #expect(state == .verified(directory: directory.path))
        #expect(state.description == "verified" && state.isUsable)
        let byFileAlone = known(.mnist, .packed).verify(in: directory.path)
        #expect(
            byFileAlone
                == (isPacked
                    ? state
                    : .whole(directory: directory.path, unproven: ImageDataset.mnist.files.map(\.name))))
    }

    @Test func `a file that was compressed again is verified by its content`() throws {
        for (file, content) in zip(ImageDataset.mnist.files, contents(.mnist)) {
            try directory.write(gzip(content, level: 0), to: file.name + ".gz")
        }
        #expect(
            known(.mnist, .packedAndContent).verify(in: directory.path)
                == .verified(directory: directory.path))
        guard case .damaged(_, let files) = known(.mnist, .packed).verify(in: directory.path) else {
            Issue.record("another file than the published one passed")
            return
        }
        #expect(files.count == 4)
    }

    @Test(arguments: [true, false]) func `without a digest files are at most complete`(isPacked: Bool) throws
    {
        try write(.mnist, isPacked: isPacked)
        let state = known(.mnist, .none).verify(in: directory.path)
        #expect(
            state == .whole(directory: directory.path, unproven: ImageDataset.mnist.files.map(\.name)))
        #expect(state.description.hasPrefix("whole, no SHA-256 known of train-images-idx3-ubyte, "))
    }

    @Test func `a damaged file is named with both digests`() throws {
        try write(.mnist)
        let dataset = known(.mnist, .packedAndContent)
        var labels = contents(.mnist)[3]
        labels[9] ^= 1
        var hash = SHA256()
        hash.update(labels)
        let expected = try #require(dataset.files[3].content.sha256)
        let path = directory.path + "/t10k-labels-idx1-ubyte"

        try directory.write(gzip(labels), to: "t10k-labels-idx1-ubyte.gz")
        let packed = dataset.verify(in: directory.path)
        #expect(
            packed
                == .damaged(
                    directory: directory.path,
                    files: [
                        .init(
                            path: path + ".gz",
                            problem: .contentDigest(expected: expected, found: hash.hexDigest))
                    ]))
        #expect(
            packed.description.contains(
                "\n  \(path).gz: expected SHA-256 of the unpacked content \(expected)"))

        try directory.write(labels, to: "t10k-labels-idx1-ubyte")
        #expect(
            dataset.verify(in: directory.path)
                == .damaged(
                    directory: directory.path,
                    files: [.init(path: path, problem: .digest(expected: expected, found: hash.hexDigest))]))

        try directory.write(labels + [0], to: "t10k-labels-idx1-ubyte")
        #expect(
            known(.mnist, .none).verify(in: directory.path)
                == .damaged(
                    directory: directory.path,
                    files: [.init(path: path, problem: .contentLength(expected: 10, found: 11))]))
    }

    @Test func `a truncated file and a directory count as damaged`() throws {
        try write(.mnist)
        try directory.write(Array(gzip(contents(.mnist)[1]).dropLast()), to: "train-labels-idx1-ubyte.gz")
        try FileManager.default.removeItem(atPath: directory.file("t10k-labels-idx1-ubyte.gz"))
        try directory.write([], to: "t10k-labels-idx1-ubyte/inside")
        for digests in [Digests.none, .packedAndContent] {
            let state = known(.mnist, digests).verify(in: directory.path)
            guard case .damaged(_, let files) = state, files.count == 2 else {
                Issue.record("\(state)")
                continue
            }
            #expect(!state.isUsable)
            #expect(files[0].description.contains("truncated"))
            #expect(files[1].description.contains("it is a directory"))
        }
    }

    /// MNIST, Fashion-MNIST and KMNIST have the same file names.
    @Test func `files of another data set are named in the error`() throws {
        let digest = try #require(ImageDataset.mnist.files[3].content.sha256)
        let file = ImageDatasetState.DamagedFile(
            path: "labels", problem: .digest(expected: "0", found: digest))
        #expect(file.description.hasSuffix("found \(digest), which is a file of mnist"))
    }
}

extension ImageDataset: CustomTestStringConvertible {
    public var testDescription: String { name }
}

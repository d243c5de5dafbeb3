import Foundation
import Platform
import TestSupport
import Testing

@testable import Datasets

private let names = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
]

/// Small files with MNIST's names: 3 training images and 2 test images.
private let contents = [
    idx(Array(0..<12), shape: [3, 2, 2]), idx([1, 2, 3], shape: [3]),
    idx(Array(0..<8), shape: [2, 2, 2]), idx([4, 5], shape: [2]),
]

private func mnistError(_ directory: String) -> DatasetError? {
    do throws(DatasetError) {
        _ = try MNIST(directory: directory)
        return nil
    } catch { return error }
}

@Suite struct MNISTTests {
    @Test(arguments: ["", "MNIST/raw/"], ["", ".gz"])
    func `files are found in every layout`(folder: String, suffix: String) throws {
        let directory = try TemporaryDirectory()
        for (name, content) in zip(names, contents) {
            try directory.write(suffix.isEmpty ? content : gzip(content), to: folder + name + suffix)
        }
        for root in [directory.path, directory.path + "/"] {
            let mnist = try MNIST(directory: root)
            let expected = directory.path + "/" + folder + names[0] + suffix
            #expect(mnist.trainImagesPath == expected)
            #expect(
                mnist.directory + (mnist.directory.hasSuffix("/") ? "" : "/") + names[0] + suffix == expected)
            #expect(try Array(mnist.train().labels) == [1, 2, 3])
            #expect(try Array(mnist.test().labels) == [4, 5])
            #expect(try mnist.test()[1].pixels == [4, 5, 6, 7])
        }
    }

    @Test func `unpacked and compressed files may be mixed`() throws {
        let directory = try TemporaryDirectory()
        for (index, name) in names.enumerated() {
            if index != 1 { try directory.write(gzip(contents[index]), to: name + ".gz") }
            if index != 2 { try directory.write(contents[index], to: name) }
        }
        let mnist = try MNIST(directory: directory.path)
        #expect(mnist.trainImagesPath.hasSuffix("/train-images-idx3-ubyte"))
        #expect(mnist.testImagesPath.hasSuffix("/t10k-images-idx3-ubyte.gz"))
        #expect(try mnist.test().count == 2)
    }

    @Test func `files of two directories are not mixed`() throws {
        let directory = try TemporaryDirectory()
        try directory.write([], to: names[0])
        for (name, content) in zip(names, contents) { try directory.write(content, to: "MNIST/raw/" + name) }
        #expect(try MNIST(directory: directory.path).directory == directory.path + "/MNIST/raw")
    }

    @Test func `a missing file is named with paths and mirrors`() throws {
        let directory = try TemporaryDirectory()
        for name in names where name != "t10k-images-idx3-ubyte" { try directory.write([], to: name) }
        let error = try #require(mnistError(directory.path))
        guard case .missing(let missing, let lookedFor, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(missing == ["t10k-images-idx3-ubyte"])
        for folder in ["", "/MNIST/raw"] {
            for suffix in ["", ".gz"] {
                #expect(lookedFor.contains(directory.path + folder + "/t10k-images-idx3-ubyte" + suffix))
            }
        }
        let text = error.description
        for part in [
            "missing file: t10k-images-idx3-ubyte\n",
            "https://ossci-datasets.s3.amazonaws.com/mnist/t10k-images-idx3-ubyte.gz",
            "https://storage.googleapis.com/cvdf-datasets/mnist/t10k-images-idx3-ubyte.gz",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        ] + lookedFor {
            #expect(text.contains(part), "\(part) is not in: \(text)")
        }
        #expect(error.exitStatus == .missingInput)
    }

    @Test func `all files are named if none exists`() throws {
        let directory = try TemporaryDirectory()
        for path in [directory.path, directory.path + "/nowhere"] {
            guard case .missing(let missing, let lookedFor, let remedy)? = mnistError(path) else {
                Issue.record("no error for \(path)")
                continue
            }
            #expect(missing == names)
            #expect(lookedFor.count == 16)
            #expect(remedy.contains("put it in \(path):"))
        }
    }

    @Test func `a directory in place of a file is unreadable`() throws {
        let directory = try TemporaryDirectory()
        for name in names { try directory.write([], to: name + "/inside") }
        let mnist = try MNIST(directory: directory.path)
        #expect(throws: DatasetError.unreadable(file: mnist.trainImagesPath, reason: "it is a directory")) {
            try mnist.train()
        }
    }
}

/// The files that are part of this repository.
@Suite struct EmbeddedMNISTTests {
    @Test func `the files are verified`() {
        let state = ImageDataset.mnist.verify(in: Self.directory)
        #expect(state == .verified(directory: Self.directory))
    }

    private static let directory = Repository.path("datasets/mnist")

    private func digest(_ path: String) throws -> String {
        let file = try IDXFile(path: path)
        var hash = SHA256()
        hash.update(idxHeader(type: file.elementType.rawValue, shape: file.shape.map(UInt32.init)))
        try file.withElements(as: UInt8.self) { hash.update(UnsafeRawBufferPointer($0)) }
        return hash.hexDigest
    }

    @Test(
        arguments: [
            (\MNIST.trainImagesPath, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            (\MNIST.trainLabelsPath, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            (\MNIST.testImagesPath, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            (\MNIST.testLabelsPath, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        ] as [(KeyPath<MNIST, String> & Sendable, String)])
    func `the content is the original`(path: KeyPath<MNIST, String> & Sendable, expected: String) throws {
        let mnist = try MNIST(directory: Self.directory)
        #expect(mnist.directory == Self.directory)
        #expect(try digest(mnist[keyPath: path]) == expected)
    }

    @Test func `sizes and labels are MNIST's`() throws {
        let mnist = try MNIST(directory: Self.directory)
        let (train, test) = (try mnist.train(), try mnist.test())
        #expect((train.count, train.rows, train.columns, train.classCount) == (60_000, 28, 28, 10))
        #expect((test.count, test.rows, test.columns, test.classCount) == (10_000, 28, 28, 10))
        #expect(train.pixels.count == 47_040_000)
        #expect((0..<5).map { train[$0].label } == [5, 0, 4, 1, 9])
        #expect(histogram(train) == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
        #expect(histogram(test) == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    }

    private func histogram(_ images: LabeledImages) -> [Int] {
        var counts = [Int](repeating: 0, count: images.classCount)
        for label in images.labels { counts[Int(label)] += 1 }
        return counts
    }
}

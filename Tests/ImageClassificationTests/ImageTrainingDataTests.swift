import Datasets
import Platform
import TestSupport
import Testing

@testable import ImageClassification

@Suite("Training images") struct ImageTrainingDataTests {
    /// Returns options for one image of a size, in files with MNIST's names.
    private func options(
        rows: Int, columns: Int, withTest: Bool = true, in directory: TemporaryDirectory
    ) throws -> ImageTraining.Options {
        let pixels = [UInt8](repeating: 1, count: rows * columns)
        try directory.write(
            idx(pixels, shape: [1, UInt32(rows), UInt32(columns)]), to: "train-images-idx3-ubyte")
        try directory.write(idx([0], shape: [1]), to: "train-labels-idx1-ubyte")
        if withTest {
            try directory.write(idx([1], shape: [1, 1, 1]), to: "t10k-images-idx3-ubyte")
            try directory.write(idx([0], shape: [1]), to: "t10k-labels-idx1-ubyte")
        }
        var options = ImageTraining.Options()
        (options.dataset, options.data) = (.idx, directory.path)
        return options
    }

    @Test(arguments: [(65_536, 1), (1, 65_536)])
    func `the largest images have a model whose description can be read`(rows: Int, columns: Int) throws {
        let directory = try TemporaryDirectory()
        let options = try options(rows: rows, columns: columns, in: directory)
        let model = try options.model(for: ImageTrainingData(options).train)
        #expect(try JSON.value(from: JSON.text(model)) == model)
    }

    @Test(arguments: [(65_537, 1), (1, 65_537)])
    func `larger images are rejected before the run begins`(rows: Int, columns: Int) throws {
        let directory = try TemporaryDirectory()
        let options = try options(rows: rows, columns: columns, in: directory)
        let found = try #require(error(DatasetError.self) { _ = try ImageTrainingData(options) })
        #expect(
            found.description.contains("at most 65,536 rows and 65,536 columns")
                && found.description.contains("\(rows) × \(columns)"), "\(found)")
    }

    /// Test files by shape and compression, and the place of their error.
    @Test(
        arguments: [
            ([2, 3, 4], [2], false, nil), ([2, 3, 4], [2], true, nil),
            (
                [2, 4, 3], [2], false,
                "images-idx3-ubyte: wrong shape at byte 8: expected images of 3 × 4, as in "
            ),
            (
                [2, 4, 3], [2], true,
                "wrong shape at byte 8 of the unpacked content: expected images of 3 × 4"
            ),
            ([2, 12], [2], false, "wrong shape at byte 3: expected rank 3"),
            ([0, 3, 4], [0], false, "wrong shape at byte 4: expected at least one image, found none"),
            (
                [2, 3, 4], [3], false,
                "labels-idx1-ubyte: labels and images differ in number at byte 4: expected 2 labels"
            ),
        ] as [([UInt32], [UInt32], Bool, String?)])
    func `a test set of another form is rejected before the first step`(
        images: [UInt32], labels: [UInt32], isCompressed: Bool, fault: String?
    ) throws {
        let directory = try TemporaryDirectory()
        let options = try options(rows: 3, columns: 4, withTest: false, in: directory)
        func add(_ name: String, _ shape: [UInt32]) throws {
            let content = idx([UInt8](repeating: 0, count: Int(shape.reduce(1, *))), shape: shape)
            try directory.write(
                isCompressed ? gzip(content) : content, to: name + (isCompressed ? ".gz" : ""))
        }
        try add("t10k-images-idx3-ubyte", images)
        try add("t10k-labels-idx1-ubyte", labels)
        let data = try ImageTrainingData(options)
        do throws(DatasetError) {
            try data.checkTest()
            #expect(fault == nil)
        } catch {
            #expect(error.description.contains(fault ?? "no error"), "\(error)")
        }
    }
}

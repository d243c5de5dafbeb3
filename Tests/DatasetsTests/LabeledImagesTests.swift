import TestSupport
import Testing

@testable import Datasets

@Suite struct LabeledImagesTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func file(_ name: String, _ bytes: [UInt8]) throws -> IDXFile {
        try IDXFile(path: directory.write(bytes, to: name))
    }

    private func error(images: [UInt8], labels: [UInt8], classCount: Int = 10) throws -> DatasetError? {
        let images = try file("images", images)
        let labels = try file("labels", labels)
        do throws(DatasetError) {
            _ = try LabeledImages(images: images, labels: labels, classCount: classCount)
            return nil
        } catch { return error }
    }

    @Test func `samples are the images of the files`() throws {
        let pixels = (0..<24).map(UInt8.init)
        let images = try LabeledImages(
            images: file("images", idx(pixels, shape: [4, 2, 3])),
            labels: file("labels", gzip(idx([3, 0, 9, 1], shape: [4]))))
        #expect((images.count, images.rows, images.columns, images.classCount) == (4, 2, 3, 10))
        #expect(Array(images.pixels) == pixels)
        #expect(Array(images.labels) == [3, 0, 9, 1])
        let sample = images[2]
        #expect((sample.index, sample.label, sample.rows, sample.columns) == (2, 9, 2, 3))
        #expect(sample.pixels == [12, 13, 14, 15, 16, 17])
        #expect(sample[1, 0] == 15)
        #expect(sample[0, 2] == 14)
    }

    @Test func `the memory of the file is shared`() throws {
        let imageFile = try file("images", idx([1, 2, 3, 4], shape: [1, 2, 2]))
        let address = try imageFile.withElements(as: UInt8.self) { $0.baseAddress }
        let images = try LabeledImages(images: imageFile, labels: file("labels", idx([0], shape: [1])))
        #expect(images.pixels.baseAddress == address)
    }

    @Test func `samples are the images of the arrays`() {
        let images = LabeledImages(
            pixels: [1, 2, 3, 4, 5, 6], labels: [0, 1], rows: 1, columns: 3, classCount: 2)
        #expect((images.count, images.rows, images.columns, images.classCount) == (2, 1, 3, 2))
        #expect(Array(images.labels) == [0, 1])
        #expect(images[1].pixels == [4, 5, 6])
    }

    @Test func `views outlive their data set`() {
        let pixels = LabeledImages(pixels: [1, 2, 3, 4], labels: [0, 1], rows: 1, columns: 2).pixels
        #expect(Array(pixels) == [1, 2, 3, 4])
        #expect(pixels.withUnsafeBufferPointer { Array($0) } == [1, 2, 3, 4])
        #expect((pixels.baseAddress[0], pixels[1], pixels.count) == (1, 2, 4))
        withExtendedLifetime(pixels) {}
    }

    @Test func `a sample outlives the last other reference to its data set`() {
        let sample = LabeledImages(pixels: [7, 8], labels: [4], rows: 1, columns: 2)[0]
        #expect((sample.label, sample[0, 0], sample[0, 1]) == (4, 7, 8))
    }

    @Test func `a data set may have no images`() throws {
        let images = try LabeledImages(
            images: file("images", idx([], shape: [0, 28, 28])), labels: file("labels", idx([], shape: [0])))
        #expect((images.count, images.rows) == (0, 28))
    }

    @Test func `different counts are rejected`() throws {
        let found = try error(images: idx([1, 2, 3], shape: [3, 1, 1]), labels: idx([0, 1], shape: [2]))
        #expect(
            found
                == .invalid(
                    file: directory.path + "/labels", problem: .countMismatch, at: .byte(4),
                    expected: "3 labels for the images in \(directory.path)/images", found: "2"))
    }

    @Test func `images must be of rank 3 and have pixels`() throws {
        let labels = idx([0], shape: [1])
        for shape in [[], [1], [1, 1], [1, 1, 1, 1]] as [[UInt32]] {
            #expect(
                try Fault(error(images: idx([1], shape: shape), labels: labels))
                    == Fault(.wrongShape, .byte(3)))
        }
        for shape in [[1, 0, 28], [1, 28, 0]] as [[UInt32]] {
            #expect(
                try Fault(error(images: idx([], shape: shape), labels: labels))
                    == Fault(.wrongShape, .byte(8)))
        }
    }

    @Test func `labels must be of rank 1`() throws {
        let images = idx([1], shape: [1, 1, 1])
        for shape in [[], [1, 1]] as [[UInt32]] {
            #expect(
                try Fault(error(images: images, labels: idx([1], shape: shape)))
                    == Fault(.wrongShape, .byte(3)))
        }
    }

    @Test func `images and labels must be bytes`() throws {
        let signed = { (shape: [UInt32]) in idxHeader(type: 0x09, shape: shape) + [1] }
        let images = idx([1], shape: [1, 1, 1])
        let labels = gzip(idx([1], shape: [1]))
        #expect(
            try Fault(error(images: signed([1, 1, 1]), labels: labels)) == Fault(.wrongElementType, .byte(2)))
        #expect(
            try Fault(error(images: images, labels: gzip(signed([1]))))
                == Fault(.wrongElementType, .unpackedByte(2)))
    }

    @Test(arguments: [(10, 10), (9, 10), (255, 10), (255, 256), (1, 1), (0, 1), (25, 26)])
    func `labels must be below the class count`(label: Int, classCount: Int) throws {
        let found = try error(
            images: idx([1, 2, 3], shape: [3, 1, 1]), labels: idx([0, UInt8(label), 0], shape: [3]),
            classCount: classCount)
        #expect(
            found
                == (label < classCount
                    ? nil
                    : .invalid(
                        file: directory.path + "/labels", problem: .labelOutOfRange, at: .byte(9),
                        expected: "a label below \(classCount)", found: "\(label)")))
    }

    #if compiler(>=6.2)
        @Test func `arrays of sizes that do not match trap`() async {
            await #expect(processExitsWith: .failure) {
                _ = LabeledImages(pixels: [1, 2, 3], labels: [0], rows: 2, columns: 2)
            }
            await #expect(processExitsWith: .failure) {
                _ = LabeledImages(pixels: [1], labels: [10], rows: 1, columns: 1)
            }
            await #expect(processExitsWith: .failure) {
                _ = LabeledImages(pixels: [1], labels: [0], rows: 1, columns: 1)[1]
            }
            await #expect(processExitsWith: .failure) {
                _ = LabeledImages(pixels: [1, 2], labels: [0, 0], rows: 1, columns: 1)[0].pixels[1]
            }
        }
    #endif
}

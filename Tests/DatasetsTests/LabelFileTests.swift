import TestSupport
import Testing

@testable import Datasets

/// Properties of other files of the MNIST family that MNIST's do not have.
@Suite struct LabelFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func read(
        labels: [UInt8], classCount: Int? = 10, firstLabel: Int = 0, isCompressed: Bool = false
    ) throws -> LabeledImages {
        let labelFile = try IDXFile(path: directory.write(isCompressed ? gzip(labels) : labels, to: "labels"))
        let images = idx([UInt8](repeating: 7, count: 3), shape: [3, 1, 1])
        return try LabeledImages(
            images: IDXFile(path: directory.write(images, to: "images")), labels: labelFile,
            classCount: classCount, firstLabel: firstLabel)
    }

    private func error(
        labels: [UInt8], classCount: Int? = 10, firstLabel: Int = 0, isCompressed: Bool = false
    ) -> DatasetError? {
        do {
            _ = try read(
                labels: labels, classCount: classCount, firstLabel: firstLabel, isCompressed: isCompressed)
            return nil
        } catch {
            return error as? DatasetError
        }
    }

    private func int32(_ numbers: [Int32], shape: [UInt32]) -> [UInt8] {
        idxHeader(type: 0x0C, shape: shape) + numbers.flatMap(bigEndian)
    }

    @Test func `labels that start at 1 become classes from 0`() throws {
        let images = try read(labels: idx([1, 26, 2], shape: [3]), classCount: 26, firstLabel: 1)
        #expect(Array(images.labels) == [0, 25, 1])
        #expect(images.classCount == 26)
    }

    @Test(arguments: [(0, "0"), (27, "27")] as [(UInt8, String)])
    func `labels outside a shifted range are rejected`(label: UInt8, found: String) {
        let bytes = idx([1, label, 2], shape: [3])
        #expect(
            error(labels: bytes, classCount: 26, firstLabel: 1)
                == .invalid(
                    file: directory.path + "/labels", problem: .labelOutOfRange, at: .byte(9),
                    expected: "a label from 1 to 26", found: found))
    }

    @Test func `the class is the first column of int32 labels`() throws {
        let rows: [Int32] = [3, 4, 2100, 0, 9, 4, 2101, 1, 0, 0, 5, 2]
        for isCompressed in [false, true] {
            let images = try read(labels: int32(rows, shape: [3, 4]), isCompressed: isCompressed)
            #expect(Array(images.labels) == [3, 9, 0])
            #expect(images.classCount == 10)
        }
        #expect(try Array(read(labels: int32([2, 1, 0], shape: [3])).labels) == [2, 1, 0])
    }

    @Test(arguments: [10, -1, 256, .max, .min] as [Int32]) func `invalid int32 labels are named in the error`(
        label: Int32
    ) {
        let bytes = int32([3, 4, label, 0, 9, 4], shape: [3, 2])
        #expect(
            error(labels: bytes, isCompressed: true)
                == .invalid(
                    file: directory.path + "/labels", problem: .labelOutOfRange, at: .unpackedByte(20),
                    expected: "a label below 10", found: "\(label)"))
        #expect(
            error(labels: bytes, classCount: nil) == nil
                || Fault(error(labels: bytes, classCount: nil)) == Fault(.labelOutOfRange, .byte(20)))
    }

    @Test func `the class count is the greatest label plus one`() throws {
        #expect(try read(labels: idx([4, 0, 6], shape: [3]), classCount: nil).classCount == 7)
        #expect(try read(labels: idx([4, 1, 6], shape: [3]), classCount: nil, firstLabel: 1).classCount == 6)
        #expect(try read(labels: idx([255, 1, 6], shape: [3]), classCount: nil).classCount == 256)
        #expect(try read(labels: int32([0, 0, 0], shape: [3]), classCount: nil).classCount == 1)
        #expect(
            Fault(error(labels: int32([0, 256, 0], shape: [3]), classCount: nil))
                == Fault(.labelOutOfRange, .byte(12)))
    }

    @Test func `int32 labels of other shapes are rejected`() {
        #expect(Fault(error(labels: int32([1], shape: []))) == Fault(.wrongShape, .byte(3)))
        #expect(Fault(error(labels: int32([1, 1, 1], shape: [3, 1, 1]))) == Fault(.wrongShape, .byte(3)))
        #expect(Fault(error(labels: int32([], shape: [3, 0]))) == Fault(.wrongShape, .byte(8)))
        #expect(Fault(error(labels: int32([1, 1], shape: [2, 1]))) == Fault(.countMismatch, .byte(4)))
    }

    @Test func `a file truncated at any byte is rejected`() {
        let whole = int32([3, 4, 2, 0, 9, 4], shape: [3, 2])
        for length in 0..<whole.count {
            #expect(
                Fault(error(labels: Array(whole.prefix(length))))?.problem == .truncated, "\(length) bytes")
        }
        #expect(Fault(error(labels: whole + [0])) == Fault(.tooLong, .byte(whole.count)))
    }

    @Test func `transposed images are read upright`() throws {
        let images = try IDXFile(path: directory.write(idx(Array(0..<12), shape: [2, 2, 3]), to: "images"))
        let labels = try IDXFile(path: directory.write(idx([1, 0], shape: [2]), to: "labels"))
        let upright = try LabeledImages(images: images, labels: labels, isTransposed: true)
        #expect((upright.count, upright.rows, upright.columns) == (2, 3, 2))
        #expect(Array(upright.pixels) == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11])
        #expect(upright[1][2, 0] == 8)
        #expect(try images.elements(of: UInt8.self) == Array(0..<12))
    }
}

import CZlib
import Randomness
import Testing

@testable import Datasets

@Suite("Validation split")
struct SplitTests {
    /// Creates images of two pixels: image i has the pixels i and 255 - i, and class i mod 7.
    private func images(_ count: Int) -> LabeledImages {
        LabeledImages(
            pixels: (0..<count).flatMap { [UInt8($0), UInt8(255 - $0)] },
            labels: (0..<count).map { UInt8($0 % 7) },
            rows: 1, columns: 2, classCount: 7)
    }

    private func indices(_ images: LabeledImages) -> [Int] {
        (0..<images.count).map { Int(images[$0].pixels[0]) }
    }

    @Test(arguments: [(1, 0), (1, 1), (2, 1), (100, 0), (100, 30), (200, 200)])
    func `every image is in one part`(count: Int, held: Int) {
        let parts = images(count).holdingOut(held, seed: 5)
        #expect(parts.train.count == count - held && parts.validation.count == held)
        #expect((indices(parts.train) + indices(parts.validation)).sorted() == Array(0..<count))
        for part in [parts.train, parts.validation] {
            #expect(part.rows == 1 && part.columns == 2 && part.classCount == 7)
            for index in 0..<part.count {
                let number = Int(part[index].pixels[0])
                #expect(part[index].label == number % 7 && part[index].pixels[1] == UInt8(255 - number))
            }
        }
    }

    /// The order is computed by a separate loop from the documentation of `DataLoader`.
    @Test(arguments: [0, 1, 77, UInt64.max])
    func `the order is the documented one`(seed: UInt64) {
        var generator = SplitMix64(seed, RandomPurpose.validation.rawValue)
        var order = Array(0..<50)
        for i in stride(from: 49, to: 0, by: -1) { order.swapAt(i, generator.nextIndex(below: i + 1)) }
        let parts = images(50).holdingOut(20, seed: seed)
        #expect(indices(parts.train) + indices(parts.validation) == order)
    }

    @Test
    func `each image knows its index in the whole data set, also after a second split`() {
        func origins(_ images: LabeledImages) -> [Int]? { images.origins.map { $0.map(Int.init) } }
        let all = images(40)
        #expect(origins(all) == nil)
        let parts = all.holdingOut(15, seed: 3)
        for part in [parts.train, parts.validation, parts.train.holdingOut(9, seed: 1).validation] {
            #expect(origins(part) == indices(part))
        }
    }

    @Test
    func `only the seed decides the order, and a larger validation set extends a smaller one`() {
        let all = images(60)
        let order = indices(all.holdingOut(60, seed: 1).validation)
        #expect(indices(all.holdingOut(60, seed: 1).validation) == order)
        #expect(indices(all.holdingOut(60, seed: 2).validation) != order)
        #expect(indices(all.holdingOut(25, seed: 1).validation) == Array(order.suffix(25)))
        #expect(order != Array(0..<60))
        // The order differs from the order of training.
        #expect(
            order
                != DataLoader(all, batchSize: 60, shuffle: true, seed: 1).epoch(0)[0].sampleIndices.map(
                    Int.init))
    }

    @Test
    func `more validation images than images trap`() async {
        await #expect(processExitsWith: .failure) { _ = SplitTests().images(3).holdingOut(4, seed: 0) }
        await #expect(processExitsWith: .failure) { _ = SplitTests().images(3).holdingOut(-1, seed: 0) }
    }

    @Test
    func `the checksum is CRC-32 of pixels and labels`() {
        func reference(_ bytes: [UInt8]) -> UInt32 {
            var sum: UInt32 = 0xFFFF_FFFF
            for byte in bytes {
                sum ^= UInt32(byte)
                for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
            }
            return ~sum
        }
        #expect(reference(Array("123456789".utf8)) == 0xCBF4_3926)
        let all = images(9)
        let pixels: [UInt8] = (0..<9).flatMap { [UInt8($0), UInt8(255 - $0)] }
        let bytes = pixels + (0..<9).map { UInt8($0 % 7) }
        #expect(all.checksum == reference(bytes))
        #expect(images(0).checksum == 0)
        #expect(all.holdingOut(0, seed: 1).train.checksum != all.checksum)
    }
}

import Foundation
import KernelInterface
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Copying samples to lanes")
struct GatherTests {
    static let featureCounts = Array(1...9) + [28]

    /// The bytes that are zero in all samples.
    enum Blank: String, CaseIterable, Sendable {
        case nothing, borders, everything

        func covers(step: Int, feature: Int, features: Int) -> Bool {
            switch self {
            case .nothing: false
            case .borders: step == 0 || feature < features / 4 || feature >= features - features / 3
            case .everything: true
            }
        }
    }

    @Test(arguments: InstructionSet.available, Blank.allCases)
    func `every byte is copied to its lane`(_ set: InstructionSet, _ blank: Blank) {
        let steps = 3
        for features in Self.featureCounts {
            for (count, gap) in [(32, 0), (32, 5), (31, 0), (17, 1), (16, 0), (1, 0)] {
                let numbers = Numbers(seed: UInt64(features))
                let stride = steps * features + gap
                let samples = 40
                let bytes = GuardedBytes(count: samples * stride - gap)
                for index in 0..<bytes.count {
                    let (step, feature) = (index % stride / features, index % stride % features)
                    let isBlank = blank.covers(step: step, feature: feature, features: features)
                    bytes.base[index] = isBlank ? 0 : UInt8(1 + numbers.index(below: 255))
                }
                // The indices include the last sample, and the first one twice.
                var indices = (0..<count).map { _ in Int32(numbers.index(below: samples)) }
                indices[count / 2] = 0
                indices[0] = 0
                indices[count - 1] = Int32(samples - 1)

                let target = TestTensor(steps: steps, features: features) { .nan }
                var ranges = [FeatureRange](repeating: FeatureRange(-7, -7), count: steps)
                set.kernels.gather(
                    bytes: bytes.base, sampleStride: stride, indices: indices, count: count, steps: steps,
                    features: features, scale: 1 / 255, into: target.tensor, ranges: &ranges)

                let what = "\(features) features, \(count) samples, gap \(gap)"
                let expected = expected(steps, features, count) { lane, step, feature in
                    Float(bytes.base[Int(indices[lane]) * stride + step * features + feature]) * (1 / 255)
                }
                expectSameBits(target.numbers, expected, what)
                #expect(target.isIntact, "\(what)")
                expectRanges(ranges, describe: target, isFull: count == shardLanes, what)
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func `every float is copied to its lane`(_ set: InstructionSet) {
        let steps = 5
        for features in [1, 3, 4, 9] {
            let size = steps * features
            // Windows that are one step, two steps, a whole window and a little more apart.
            for (count, stride) in [
                (1, features), (20, features), (32, features), (31, 2 * features), (17, size), (32, size + 2),
            ] {
                let numbers = Numbers(seed: UInt64(features * 100 + count))
                let samples = 40
                var values = numbers((samples - 1) * stride + size)
                // The numbers are copied bit by bit, including special values.
                values[0] = -0.0
                values[1] = .infinity
                let source = GuardedArray(values)
                // The indices include the last sample and, if there is room, the first one twice.
                var indices = (0..<count).map { _ in Int32(numbers.index(below: samples)) }
                indices[0] = 0
                indices[count / 2] = 0
                indices[count - 1] = Int32(samples - 1)

                let target = TestTensor(steps: steps, features: features) { .nan }
                set.kernels.gather(
                    values: source.base, sampleStride: stride, indices: indices, count: count, steps: steps,
                    features: features, into: target.tensor)

                let what = "\(features) features, \(count) samples, stride \(stride)"
                let expected = expected(steps, features, count) { lane, step, feature in
                    values[Int(indices[lane]) * stride + step * features + feature]
                }
                expectSameBits(target.numbers, expected, what)
                #expect(target.isIntact, "\(what)")
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func `lanes are copied back to their samples, and nothing else is written`(_ set: InstructionSet) {
        let steps = 5
        for features in [1, 3, 4, 9] {
            let size = steps * features
            for (count, gap) in [(1, 0), (20, 1), (31, 0), (32, 0), (32, 3)] {
                let numbers = Numbers(seed: UInt64(features * 100 + count))
                let stride = size + gap
                let values = numbers((count - 1) * stride + size)
                let indices = (0..<count).map { Int32(count - 1 - $0) }
                let lanes = TestTensor(steps: steps, features: features) { .nan }
                set.kernels.gather(
                    values: values, sampleStride: stride, indices: indices, count: count, steps: steps,
                    features: features, into: lanes.tensor)
                let target = GuardedArray([Float](repeating: 7, count: values.count))
                set.kernels.scatter(
                    lanes.tensor, steps: steps, features: features, into: target.base, sampleStride: stride,
                    indices: indices, count: count)
                let expected = values.enumerated().map { $0.offset % stride < size ? $0.element : 7 }
                expectSameBits(
                    target.numbers, expected,
                    "\(features) features, \(count) samples, gap \(gap)")
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func `ranges are from the first to the last feature that is not zero`(_ set: InstructionSet) {
        let tensor = TestTensor(steps: 4, features: 6) { 0 }
        tensor.tensor[1][2 * shardLanes + 31] = .nan
        tensor.tensor[1][3 * shardLanes] = -0.0
        tensor.tensor[2][0] = 1
        tensor.tensor[2][5 * shardLanes + 17] = -1
        tensor.tensor[3][4 * shardLanes + 16] = .leastNonzeroMagnitude
        tensor.tensor[3][5 * shardLanes + 16] = -0.0
        var ranges = [FeatureRange](repeating: FeatureRange(-7, -7), count: 4)
        set.kernels.findRanges(of: tensor.tensor, steps: 4, features: 6, into: &ranges)
        #expect(
            ranges == [FeatureRange(0, 0), FeatureRange(2, 3), FeatureRange(0, 6), FeatureRange(4, 5)])
    }

    /// Expects everything outside a range to be zero and, in a full shard, ranges to be tight.
    private func expectRanges(
        _ ranges: [FeatureRange], describe target: TestTensor, isFull: Bool, _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for (step, range) in ranges.enumerated() {
            let set = (0..<target.features).filter { feature in
                (0..<shardLanes).contains { target[step, feature, $0] != 0 }
            }
            #expect(
                range.lower >= 0 && range.upper <= target.features, "\(what)", sourceLocation: sourceLocation)
            #expect(
                set.allSatisfy { range.overlaps($0, $0 + 1) }, "\(what), step \(step): \(range), set \(set)",
                sourceLocation: sourceLocation)
            guard isFull else { continue }
            #expect(
                range.count < (set.last ?? -7) - (set.first ?? 0) + 1 + 7,
                "\(what), step \(step): \(range), set \(set)",
                sourceLocation: sourceLocation)
        }
    }

    /// Returns [step][feature][lane]; lanes from `count` on are copies of the last sample.
    private func expected(
        _ steps: Int, _ features: Int, _ count: Int,
        _ number: (_ lane: Int, _ step: Int, _ feature: Int) -> Float
    ) -> [Float] {
        (0..<steps).flatMap { step in
            (0..<features).flatMap { feature in
                (0..<shardLanes).map { number(min($0, count - 1), step, feature) }
            }
        }
    }
}

/// Bytes at the end of readable memory: reading one byte past them is a segmentation fault.
final class GuardedBytes {
    let count: Int
    let base: UnsafeMutablePointer<UInt8>
    private let pages: UnsafeMutableRawPointer
    private let size: Int

    init(count: Int) {
        let page = Int(getpagesize())
        let used = (count + page - 1) / page * page
        size = used + page
        pages = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)!
        precondition(pages != MAP_FAILED, "no memory")
        precondition(mprotect(pages + used, page, PROT_NONE) == 0, "no guard page")
        self.count = count
        base = (pages + used - count).assumingMemoryBound(to: UInt8.self)
    }

    deinit { munmap(pages, size) }
}

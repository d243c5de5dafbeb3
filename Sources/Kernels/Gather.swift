import CProcessor
import KernelInterface

/// Copies samples to the lanes of a shard. This transposes them:
///
///     samples, [step][feature] each               target, [step][feature][lane]
///
///     sample of lane 0   a₀ a₁ a₂ …               feature 0   a₀ b₀ c₀ …   32 lanes
///     sample of lane 1   b₀ b₁ b₂ …      ──▶      feature 1   a₁ b₁ c₁ …
///     sample of lane 2   c₀ c₁ c₂ …               feature 2   a₂ b₂ c₂ …
///     …                                           …
///
/// For bytes, one word in a register holds four features of one sample, and a vector holds the words of sixteen
/// samples. The loop goes over the steps, and in each step over groups of four features.
enum Gather {
    /// Copies bytes: four bytes of sixteen samples at a time or, in a shard that is not full, one byte at a time.
    static func run(
        bytes: UnsafePointer<UInt8>, sampleStride: Int, indices: UnsafePointer<Int32>, count: Int, steps: Int,
        features: Int, scale: Float, into target: LaneTensor, ranges: UnsafeMutablePointer<FeatureRange>
    ) {
        guard count == shardLanes else {
            for step in 0..<steps { ranges[step] = FeatureRange(0, features) }
            each(bytes, sampleStride, indices, count, steps, features, target) { Float($0) * scale }
            return
        }
        let low = SIMD16<Int>(reading: indices) &* sampleStride
        let high = SIMD16<Int>(reading: indices + vectorWidth) &* sampleStride
        for step in 0..<steps {
            let row = UnsafeRawPointer(bytes) + step * features
            if step + stepsAhead < steps {
                prefetch(row + stepsAhead * features, low)
                prefetch(row + stepsAhead * features, high)
            }
            let output = target[step]
            var range = FeatureRange(features, 0)
            var feature = 0
            while feature < features {
                let width = min(4, features - feature)
                let first = words(row + feature, low, width)
                let second = words(row + feature, high, width)
                spread(first, scale, width, output + feature * shardLanes)
                spread(second, scale, width, output + feature * shardLanes + vectorWidth)
                if isAnySet(first | second) {
                    if range.upper == 0 { range.lower = Int32(feature) }
                    range.upper = Int32(feature + width)
                }
                feature += width
            }
            ranges[step] = range.upper == 0 ? FeatureRange(0, 0) : range
        }
    }

    /// Copies numbers: sixteen of sixteen samples at a time or, in a shard that is not full, one at a time.
    static func run(
        values: UnsafePointer<Float>, sampleStride: Int, indices: UnsafePointer<Int32>, count: Int,
        steps: Int, features: Int, into target: LaneTensor
    ) {
        guard count == shardLanes, steps * features >= vectorWidth else {
            return each(values, sampleStride, indices, count, steps, features, target) { $0 }
        }
        withPointers { samples, rows in
            for lane in stride(from: 0, to: shardLanes, by: vectorWidth) {
                for index in 0..<vectorWidth {
                    samples[index] = values + Int(indices[lane + index]) * sampleStride
                }
                eachBlock(steps, features, target) { first, row, address in
                    rows[row] = address + lane
                    guard row == vectorWidth - 1 else { return }
                    for index in 0..<vectorWidth {
                        processor_prefetch(samples[index]! + first + numbersAhead)
                    }
                    floats_transpose(samples, first, rows)
                }
            }
        }
    }

    /// Copies the lanes back to the samples, the reverse of the copy of numbers. Samples of lanes from `count` on are not
    /// written.
    static func run(
        _ source: LaneTensor, steps: Int, features: Int, into values: UnsafeMutablePointer<Float>,
        sampleStride: Int, indices: UnsafePointer<Int32>, count: Int
    ) {
        guard count == shardLanes, steps * features >= vectorWidth else {
            for step in 0..<steps {
                for lane in 0..<count {
                    let sample = values + Int(indices[lane]) * sampleStride + step * features
                    let row = source[step] + lane
                    for feature in 0..<features { sample[feature] = row[feature * shardLanes] }
                }
            }
            return
        }
        withPointers { rows, samples in
            for lane in stride(from: 0, to: shardLanes, by: vectorWidth) {
                eachBlock(steps, features, source) { first, row, address in
                    rows[row] = UnsafePointer(address)
                    guard row == vectorWidth - 1 else { return }
                    for index in 0..<vectorWidth {
                        samples[index] = values + Int(indices[lane + index]) * sampleStride + first
                    }
                    floats_transpose(rows, lane, samples)
                }
            }
        }
    }

    /// Finds the features of each step that are not zero in every lane.
    static func findRanges(
        of tensor: LaneTensor, steps: Int, features: Int, into ranges: UnsafeMutablePointer<FeatureRange>
    ) {
        for step in 0..<steps {
            let row = tensor[step]
            var (lower, upper) = (0, features)
            while lower < upper, !isAnySet(row + lower * shardLanes) { lower += 1 }
            while upper > lower, !isAnySet(row + (upper - 1) * shardLanes) { upper -= 1 }
            ranges[step] = lower == upper ? FeatureRange(0, 0) : FeatureRange(lower, upper)
        }
    }

    /// Returns whether a lane is not zero; -0 is zero.
    @inline(__always)
    private static func isAnySet(_ lanes: UnsafePointer<Float>) -> Bool {
        let first = unsafeBitCast(loadVector(lanes), to: SIMD16<UInt32>.self)
        let second = unsafeBitCast(loadVector(lanes, vectorWidth), to: SIMD16<UInt32>.self)
        return isAnySet((first | second) & 0x7FFF_FFFF)
    }

    private typealias Sources = UnsafeMutablePointer<UnsafePointer<Float>?>
    private typealias Targets = UnsafeMutablePointer<UnsafeMutablePointer<Float>?>

    /// Calls `body` with memory for sixteen pointers each.
    @inline(__always)
    private static func withPointers(_ body: (Sources, Targets) -> Void) {
        withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: vectorWidth) { sources in
            withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>?.self, capacity: vectorWidth) {
                body(sources.baseAddress!, $0.baseAddress!)
            }
        }
    }

    /// Calls `body` for the features of all steps in blocks of sixteen, with the number of the block's first feature, the
    /// number of the feature in the block, and the address of its lanes. If the features are no multiple of sixteen, the
    /// last block begins earlier and repeats some.
    @inline(__always)
    private static func eachBlock(
        _ steps: Int, _ features: Int, _ tensor: LaneTensor,
        _ body: (_ first: Int, _ row: Int, _ address: UnsafeMutablePointer<Float>) -> Void
    ) {
        let rows = steps * features
        var block = 0
        while block < rows {
            let first = min(block, rows - vectorWidth)
            var (step, feature) = first.quotientAndRemainder(dividingBy: features)
            for row in 0..<vectorWidth {
                body(first, row, tensor[step] + feature * shardLanes)
                feature += 1
                if feature == features { (step, feature) = (step + 1, 0) }
            }
            block += vectorWidth
        }
    }

    /// Copies sequences of different lengths, lane by lane, and zeros past their ends.
    static func run(
        values: UnsafePointer<Float>, places: SequencePlaces, indices: UnsafePointer<Int32>, count: Int,
        steps: Int, features: Int, mean: UnsafePointer<Float>?, factor: UnsafePointer<Float>?,
        into target: LaneTensor
    ) {
        for lane in 0..<shardLanes {
            let sequence = Int(indices[min(lane, count - 1)])
            let length = Int(places.lengths[sequence])
            var row = values + places.firstSteps[sequence] * features
            for step in 0..<length {
                let output = target[step] + lane
                if let mean, let factor {
                    for feature in 0..<features {
                        output[feature * shardLanes] = (row[feature] - mean[feature]) * factor[feature]
                    }
                } else {
                    for feature in 0..<features { output[feature * shardLanes] = row[feature] }
                }
                row += features
            }
            for step in length..<max(steps, length) {
                let output = target[step] + lane
                for feature in 0..<features { output[feature * shardLanes] = 0 }
            }
        }
    }

    /// The number of steps by which memory is prefetched, since the samples of a shard are scattered in memory.
    private static let stepsAhead = 6
    /// The same distance for numbers: a few cache lines of each sample.
    private static let numbersAhead = 64

    @inline(__always)
    private static func prefetch(_ row: UnsafeRawPointer, _ offset: SIMD16<Int>) {
        for lane in 0..<16 { processor_prefetch(row + offset[lane]) }
    }

    /// Copies one number at a time; lanes from `count` on become copies of lane `count - 1`.
    @inline(__always)
    private static func each<Number>(
        _ samples: UnsafePointer<Number>, _ sampleStride: Int, _ indices: UnsafePointer<Int32>, _ count: Int,
        _ steps: Int, _ features: Int, _ target: LaneTensor, _ float: (Number) -> Float
    ) {
        for step in 0..<steps {
            for lane in 0..<shardLanes {
                let row = samples + Int(indices[min(lane, count - 1)]) * sampleStride + step * features
                let output = target[step] + lane
                for feature in 0..<features { output[feature * shardLanes] = float(row[feature]) }
            }
        }
    }

    /// Reads `width` bytes of each sample into a word, with the first byte lowest. It reads no byte past them.
    @inline(__always)
    private static func words(_ row: UnsafeRawPointer, _ offset: SIMD16<Int>, _ width: Int) -> SIMD16<UInt32>
    {
        @inline(__always)
        func word(_ lane: Int) -> UInt32 {
            if width == 4 {
                return UInt32(littleEndian: row.loadUnaligned(fromByteOffset: offset[lane], as: UInt32.self))
            }
            return (0..<width).reduce(0) {
                $0 | UInt32(row.load(fromByteOffset: offset[lane] + $1, as: UInt8.self)) << (8 * $1)
            }
        }
        return SIMD16(
            word(0), word(1), word(2), word(3), word(4), word(5), word(6), word(7), word(8), word(9),
            word(10),
            word(11), word(12), word(13), word(14), word(15))
    }

    @inline(__always)
    private static func isAnySet(_ words: SIMD16<UInt32>) -> Bool {
        let eight = words.lowHalf | words.highHalf
        let four = eight.lowHalf | eight.highHalf
        let two = four.lowHalf | four.highHalf
        return two.x | two.y != 0
    }

    /// Writes the bytes of each word, lowest first, to `width` features.
    @inline(__always)
    private static func spread(
        _ words: SIMD16<UInt32>, _ scale: Float, _ width: Int, _ target: UnsafeMutablePointer<Float>
    ) {
        storeVector(float(words & 255) * scale, target)
        if width > 1 { storeVector(float((words &>> 8) & 255) * scale, target, shardLanes) }
        if width > 2 { storeVector(float((words &>> 16) & 255) * scale, target, 2 * shardLanes) }
        if width > 3 { storeVector(float(words &>> 24) * scale, target, 3 * shardLanes) }
    }

    /// Converts integers below 2²³ to floats: the integer becomes the mantissa of a number of at least 2²³, and then
    /// 2²³ is subtracted.
    @inline(__always)
    private static func float(_ integers: SIMD16<UInt32>) -> Vector {
        unsafeBitCast(integers | 0x4B00_0000, to: Vector.self) - broadcast(0x1p23)
    }
}

extension SIMD16<Int> {
    @inline(__always)
    fileprivate init(reading indices: UnsafePointer<Int32>) {
        self.init()
        for lane in 0..<16 { self[lane] = Int(indices[lane]) }
    }
}

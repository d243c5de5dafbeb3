import KernelInterface

/// The filter between two layers: it sets steps past the end of each sequence to zero, and applies dropout.
enum Filter {
    static func run(
        _ filter: LaneFilter, steps: Int, features: Int, from source: LaneTensor, to target: LaneTensor
    ) {
        for step in 0..<steps {
            for lane in stride(from: 0, to: shardLanes, by: vectorWidth) {
                if filter.dropoutKeys == nil {
                    run(filter, step, lane, features, source, target, drops: false)
                } else {
                    run(filter, step, lane, features, source, target, drops: true)
                }
            }
        }
    }

    @inline(__always)
    private static func run(
        _ filter: LaneFilter, _ step: Int, _ lane: Int, _ features: Int, _ source: LaneTensor,
        _ target: LaneTensor, drops: Bool
    ) {
        var valid = SIMDMask<Vector.MaskStorage>(repeating: true)
        if let lengths = filter.lengths { valid = loadVector(lengths, lane) .> broadcast(Float(step)) }
        var keys = SIMD16<UInt32>()
        if drops, let all = filter.dropoutKeys {
            keys = UnsafeRawPointer(all + lane).loadUnaligned(as: SIMD16<UInt32>.self)
        }
        // A number is kept if 24 random bits are below this limit.
        let threshold = SIMD16<UInt32>(repeating: UInt32((1 - filter.dropout) * 0x1p24))
        let scale = broadcast(1 / (1 - filter.dropout))
        for feature in 0..<features {
            var value = loadVector(source[step], feature * shardLanes + lane)
            if drops {
                let random = hash(keys, UInt32(truncatingIfNeeded: step * features + feature))
                value = broadcast(0).replacing(with: value * scale, where: (random &>> 8) .< threshold)
            }
            storeVector(
                broadcast(0).replacing(with: value, where: valid), target[step], feature * shardLanes + lane)
        }
    }

    /// Returns a pseudorandom number for each key and counter: two rounds of multiplication and shift with constants
    /// that Wellons found by search ("Prospecting for hash functions", 2018).
    @inline(__always)
    private static func hash(_ keys: SIMD16<UInt32>, _ counter: UInt32) -> SIMD16<UInt32> {
        var x = keys ^ SIMD16(repeating: counter &* 0x9E37_79B9)
        x ^= x &>> 16
        x = x &* SIMD16(repeating: 0x7FEB_352D)
        x ^= x &>> 15
        x = x &* SIMD16(repeating: 0x846C_A68B)
        x ^= x &>> 16
        return x
    }
}

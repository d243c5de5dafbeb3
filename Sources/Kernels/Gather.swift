import KernelInterface

/// Samples, one after the other in memory, into the lanes of a shard.
enum Gather {
    /// Four bytes of sixteen samples at a time.
    static func run(
        bytes: UnsafePointer<UInt8>, sampleStride: Int, indices: UnsafePointer<Int32>, count: Int, steps: Int,
        features: Int, scale: Float, into target: LaneTensor
    ) {
        for first in stride(from: 0, to: shardLanes, by: vectorWidth) {
            let active = min(max(count - first, 0), vectorWidth)
            let target = LaneTensor(base: target.base + first, stepStride: target.stepStride)
            if active == vectorWidth {
                let sample = UnsafeRawPointer(bytes)
                let offset = SIMD16<Int>(reading: indices + first) &* sampleStride
                for step in 0..<steps {
                    let row = sample + step * features
                    var feature = 0
                    while feature + 4 <= features {
                        spread(words(row + feature, offset), scale, target[step] + feature * shardLanes)
                        feature += 4
                    }
                    while feature < features {
                        one(row + feature, offset, scale, target[step] + feature * shardLanes)
                        feature += 1
                    }
                }
            } else {
                each(active, steps, features, target) { lane, step, feature in
                    let sample = bytes + Int(indices[first + lane]) * sampleStride
                    return Float(sample[step * features + feature]) * scale
                }
            }
        }
    }

    static func run(
        floats: UnsafePointer<Float>, sampleStride: Int, indices: UnsafePointer<Int32>, count: Int, steps: Int,
        features: Int, into target: LaneTensor
    ) {
        for first in stride(from: 0, to: shardLanes, by: vectorWidth) {
            let active = min(max(count - first, 0), vectorWidth)
            each(active, steps, features, LaneTensor(base: target.base + first, stepStride: target.stepStride)) {
                lane, step, feature in
                floats[Int(indices[first + lane]) * sampleStride + step * features + feature]
            }
        }
    }

    /// The slow way: a number at a time, lanes from `active` on zero.
    @inline(__always)
    private static func each(
        _ active: Int, _ steps: Int, _ features: Int, _ target: LaneTensor,
        _ number: (_ lane: Int, _ step: Int, _ feature: Int) -> Float
    ) {
        for step in 0..<steps {
            for feature in 0..<features {
                for lane in 0..<vectorWidth {
                    target[step][feature * shardLanes + lane] = lane < active ? number(lane, step, feature) : 0
                }
            }
        }
    }

    @inline(__always)
    private static func words(_ row: UnsafeRawPointer, _ offset: SIMD16<Int>) -> SIMD16<UInt32> {
        @inline(__always)
        func word(_ lane: Int) -> UInt32 { row.loadUnaligned(fromByteOffset: offset[lane], as: UInt32.self) }
        return SIMD16(
            word(0), word(1), word(2), word(3), word(4), word(5), word(6), word(7), word(8), word(9), word(10),
            word(11), word(12), word(13), word(14), word(15))
    }

    /// The four bytes of each word, lowest first, to four features.
    @inline(__always)
    private static func spread(_ words: SIMD16<UInt32>, _ scale: Float, _ target: UnsafeMutablePointer<Float>) {
        storeVector(float(words & 255) * scale, target)
        storeVector(float((words &>> 8) & 255) * scale, target, shardLanes)
        storeVector(float((words &>> 16) & 255) * scale, target, 2 * shardLanes)
        storeVector(float(words &>> 24) * scale, target, 3 * shardLanes)
    }

    @inline(__always)
    private static func one(
        _ row: UnsafeRawPointer, _ offset: SIMD16<Int>, _ scale: Float, _ target: UnsafeMutablePointer<Float>
    ) {
        for lane in 0..<vectorWidth {
            target[lane] = Float(row.load(fromByteOffset: offset[lane], as: UInt8.self)) * scale
        }
    }

    /// Integers below 2²³ as floats: as the mantissa of a number of 2²³, from which that is taken away.
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

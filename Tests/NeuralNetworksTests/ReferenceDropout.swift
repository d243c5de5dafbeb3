import Randomness

/// The dropout masks of one sequence, computed number by number: two rounds of multiplication and shift with Wellons'
/// constants ("Prospecting for hash functions", 2018), applied to a key for each layer and a counter.
struct ReferenceDropout {
    let probability: Double
    /// The keys of all layers but the last.
    let keys: [UInt32]

    init(_ probability: Double, layers: Int, seed: UInt64, step: Int, sequence: Int) {
        self.probability = probability
        var generator = SplitMix64(seed, RandomPurpose.dropout.rawValue, UInt64(step), UInt64(sequence))
        keys = (0..<layers - 1).map { _ in UInt32(generator.next() & 0xFFFF_FFFF) }
    }

    /// Returns the factor of output number `place` of a layer; outputs are numbered step by step and feature by
    /// feature.
    func factor(layer: Int, place: Int) -> Double {
        let product = UInt64(place) * 0x9E37_79B9
        var x = keys[layer] ^ UInt32(product & 0xFFFF_FFFF)
        for (shift, constant) in [(16, 0x7FEB_352D), (15, 0x846C_A68B)] as [(UInt32, UInt64)] {
            x ^= x >> shift
            x = UInt32(UInt64(x) * constant & 0xFFFF_FFFF)
        }
        x ^= x >> 16
        return Double(x >> 8) / 0x1p24 < 1 - probability ? 1 / (1 - probability) : 0
    }

    /// Returns all outputs [L][features] of a layer with dropout applied.
    func applied(_ outputs: [[Double]], layer: Int) -> [[Double]] {
        outputs.enumerated().map { step, features in
            features.enumerated().map { feature, number in
                number * factor(layer: layer, place: step * features.count + feature)
            }
        }
    }
}

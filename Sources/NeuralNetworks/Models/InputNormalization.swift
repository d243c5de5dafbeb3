import Platform

/// Standardisation of a model's input, feature by feature: x becomes (x − mean) / deviation. It is part of the model, so
/// that training, evaluation and prediction read the same numbers, and a checkpoint contains it.
public struct InputNormalization: Hashable, Sendable {
    /// [D] The mean of each feature.
    public let mean: [Float]
    /// [D] The divisor of each feature, above 0.
    public let deviation: [Float]

    /// Creates a normalization. Arrays of different sizes, and numbers that are not finite or divisors that are not above
    /// 0, trap.
    ///
    /// - Parameters:
    ///   - mean: [D] The mean of each feature.
    ///   - deviation: [D] The divisor of each feature, above 0.
    public init(mean: [Float], deviation: [Float]) {
        precondition(
            Self.isPossible(mean, deviation),
            "normalization: expected as many finite means as finite deviations above 0, received \(mean), \(deviation)"
        )
        self.mean = mean
        self.deviation = deviation
    }

    private static func isPossible(_ mean: [Float], _ deviation: [Float]) -> Bool {
        mean.count == deviation.count && mean.allSatisfy(\.isFinite)
            && deviation.allSatisfy { $0.isFinite && $0 > 0 && (1 / $0).isFinite }
    }
}

extension InputNormalization: Codable {
    private enum Key: String, CodingKey { case mean, deviation }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(mean, forKey: .mean)
        try values.encode(deviation, forKey: .deviation)
    }

    /// Decodes a normalization.
    ///
    /// - Throws: A `DecodingError`, also for numbers with which the initialiser traps.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let mean = try values.decode([Float].self, forKey: .mean)
        let deviation = try values.decode([Float].self, forKey: .deviation)
        guard Self.isPossible(mean, deviation) else {
            throw DecodingError.dataCorruptedError(
                forKey: .deviation, in: values,
                debugDescription: "expected as many finite means as finite deviations above 0")
        }
        self.init(mean: mean, deviation: deviation)
    }
}

/// The memory of a normalization, as the kernels read it: [2][D], the means and the reciprocals of the deviations.
struct NormalizationMemory {
    private let memory: FloatBuffer
    let features: Int

    init?(_ normalization: InputNormalization?) {
        guard let normalization else { return nil }
        features = normalization.mean.count
        memory = FloatBuffer(count: 2 * features)
        memory.assign(normalization.mean + normalization.deviation.map { 1 / $0 })
    }

    var mean: UnsafePointer<Float> { UnsafePointer(memory.base) }
    var factor: UnsafePointer<Float> { UnsafePointer(memory.base + features) }
}

import Platform

/// The SHA-256 of a model's weights: 32-bit numbers, little-endian, in the order of the model's layout.
package enum WeightDigest {
    /// Returns the digest of parameters as 64 hexadecimal digits.
    package static func sha256(of parameters: [Float]) -> String {
        var digest = SHA256()
        let bits = parameters.map(\.bitPattern.littleEndian)
        bits.withUnsafeBytes { digest.update($0) }
        return digest.hexDigest
    }
}

extension Trainer {
    /// The SHA-256 of the current weights.
    package var weightsSHA256: String { WeightDigest.sha256(of: core.parameterValues) }
}

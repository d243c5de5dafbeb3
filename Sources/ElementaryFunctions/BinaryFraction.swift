/// The magnitude of a finite double as an integer times a power of two, exactly: integer · 2ᵉ.
struct BinaryFraction: Hashable {
    /// Less than 2⁵³; odd, except for 0.
    private(set) var integer: UInt64
    private(set) var exponent: Int

    init(_ value: Double) {
        let fraction = value.significandBitPattern
        let isNormal = value.exponentBitPattern > 0
        integer = isNormal ? fraction | 1 << 52 : fraction
        exponent = max(Int(value.exponentBitPattern), 1) - 1075
        let zeros = integer == 0 ? 0 : integer.trailingZeroBitCount
        integer >>= UInt64(zeros)
        exponent += zeros
    }

    /// The square root if it is also an odd integer times a power of two.
    var exactSquareRoot: Self? {
        guard exponent.isMultiple(of: 2) else { return nil }
        // The integer is below 2⁵³, so it and its root, if that is an integer, are exact doubles.
        let root = UInt64(Double(integer).squareRoot())
        guard root * root == integer else { return nil }
        var result = self
        (result.integer, result.exponent) = (root, exponent / 2)
        return result
    }
}

extension WideInteger {
    /// Returns the double nearest to this number times 2ᵉ, of two equally near ones that with an even last digit, as
    /// IEEE 754 rounds; numbers that are too large give infinity.
    func nearestDouble(exponent: Int) -> Double {
        // The last digit of a double is 2⁻¹⁰⁷⁴ or more.
        let dropped = max(bitWidth - 53, -1074 - exponent)
        guard !isZero, dropped <= bitWidth else { return 0 }
        guard exponent + dropped < 972 else { return .infinity }
        let kept = dropped >= 0 ? self >> dropped : self << -dropped
        var significand = kept.lowWord
        if dropped > 0 {
            let rest = self - kept << dropped
            let half = WideInteger(1) << (dropped - 1)
            if rest > half || rest == half && significand & 1 == 1 { significand += 1 }
        }
        // A carry in the addition increases the exponent. Subnormal numbers have the exponent of the smallest normal
        // ones, without the leading digit.
        return Double(bitPattern: significand + UInt64(exponent + dropped + 1074) << 52)
    }
}

import CProcessor

// tanh(x) = x · P(x²) / Q(x²), with the argument limited to ±8, where tanh differs from ±1 by 2.3e-7. P and Q, of
// degrees 3 and 4, are the minimax rational approximation found by `Scripts/fit_tanh.py`: its relative error is
// 1.5e-7, with rounding 4.2e-7 over all floats. There is no integer arithmetic, so that NaN stays NaN.

/// Returns x · P(u) / Q(u) with coefficients in order of increasing degree; the first coefficient of Q is 1.
@_transparent
func tanhRatio(
    _ x: Vector, square u: Vector, p: (Float, Float, Float, Float), q: (Float, Float, Float, Float)
) -> Vector {
    var numerator = multiplyAdd(broadcast(p.2), broadcast(p.3), u)
    numerator = multiplyAdd(broadcast(p.1), numerator, u)
    numerator = multiplyAdd(broadcast(p.0), numerator, u)
    var denominator = multiplyAdd(broadcast(q.2), broadcast(q.3), u)
    denominator = multiplyAdd(broadcast(q.1), denominator, u)
    denominator = multiplyAdd(broadcast(q.0), denominator, u)
    denominator = multiplyAdd(broadcast(1), denominator, u)
    return x * numerator / denominator
}

@_transparent
func tanh(_ x: Vector) -> Vector {
    let x = vector_max(vector_min(x, broadcast(8)), broadcast(-8))
    return tanhRatio(
        x, square: x * x,
        p: (0.9999998544026398, 0.1292566078236549, 0.0029510214450805873, 1.1428399192707063e-05),
        q: (0.4625887638078004, 0.023815544522328355, 0.00023866884391386824, 2.459203334802984e-07))
}

/// Returns σ(x) = ½ + ½ tanh(x / 2), with the halves folded into the coefficients of tanh.
@_transparent
func sigmoid(_ x: Vector) -> Vector {
    let x = vector_max(vector_min(x, broadcast(16)), broadcast(-16))
    return broadcast(0.5)
        + tanhRatio(
            x, square: x * x,
            p: (
                0.9999998544026398 / 4, 0.1292566078236549 / 16, 0.0029510214450805873 / 64,
                1.1428399192707063e-05 / 256
            ),
            q: (
                0.4625887638078004 / 4, 0.023815544522328355 / 16, 0.00023866884391386824 / 64,
                2.459203334802984e-07 / 256
            ))
}

/// Returns eˣ for x ≤ 0, as softmax needs it; below -87 the result is e⁻⁸⁷ (1.6e-38). The relative error is 2.4e-7.
///
/// eˣ = 2ⁿ · eʳ with n the integer nearest to x / ln 2 and r = x - n ln 2. Adding 1.5·2²³ + 127 rounds x / ln 2 to n
/// and leaves n, with the bias of an exponent, in the low bits.
@_transparent
func exponential(_ x: Vector) -> Vector {
    let x = vector_max(x, broadcast(-87))
    let magic = broadcast(0x1.8p23 + 127)
    let log2e = broadcast(1.44269504)
    let shifted = multiplyAdd(magic, x, log2e)
    let n = shifted - magic
    // ln 2 in two parts, so that the product of n with the first is exact.
    var r = multiplyAdd(x, n, broadcast(-0.693359375))
    r = multiplyAdd(r, n, broadcast(2.12194440e-4))
    var p = multiplyAdd(broadcast(8.3334519e-3), broadcast(1.3981999e-3), r)
    p = multiplyAdd(broadcast(4.1665796e-2), p, r)
    p = multiplyAdd(broadcast(1.6666666e-1), p, r)
    p = multiplyAdd(broadcast(0.5), p, r)
    p = multiplyAdd(broadcast(1), p, r)
    p = multiplyAdd(broadcast(1), p, r)
    let power = unsafeBitCast(unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23, to: Vector.self)
    return p * power
}

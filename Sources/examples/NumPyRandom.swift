/// The random numbers of NumPy's `np.random.seed` and `np.random.random`, to the last bit: the Mersenne Twister MT19937
/// by Matsumoto and Nishimura (1998).
struct NumPyRandom {
    private var state: [UInt32]
    private var next = 624

    /// Creates the generator of `np.random.seed(seed)`.
    init(seed: UInt32) {
        state = [seed]
        for index in 1..<624 {
            let last = state[index - 1]
            state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
        }
    }

    /// Returns `np.random.random()`: a number in [0, 1) with 53 random bits.
    mutating func random() -> Double {
        let (high, low) = (word() >> 5, word() >> 6)
        return (Double(high) * 0x1p26 + Double(low)) / 0x1p53
    }

    /// Returns `np.random.random((count,))`.
    mutating func random(_ count: Int) -> [Double] { (0..<count).map { _ in random() } }

    /// Returns `np.random.random((rows, columns))`.
    mutating func random(_ rows: Int, _ columns: Int) -> [[Double]] {
        (0..<rows).map { _ in random(columns) }
    }

    private mutating func word() -> UInt32 {
        if next == 624 { twist() }
        var word = state[next]
        next += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9d2c_5680
        word ^= (word << 15) & 0xefc6_0000
        return word ^ (word >> 18)
    }

    private mutating func twist() {
        for index in 0..<624 {
            let joined = (state[index] & 0x8000_0000) | (state[(index + 1) % 624] & 0x7fff_ffff)
            state[index] = state[(index + 397) % 624] ^ (joined >> 1) ^ (joined & 1 == 1 ? 0x9908_b0df : 0)
        }
        next = 0
    }
}

/// The fastest this instruction set multiplies and adds: ten independent chains in registers, no memory.
enum Peak {
    /// Multiply-adds that one round of `run` makes.
    static let perRound = 10 * vectorWidth

    /// Returns a number that depends on every operation, so that none is left out.
    @inline(never)
    static func run(rounds: Int, factor: Float) -> Float {
        let x = broadcast(factor)
        let y = broadcast(factor * 0.5)
        var a = x, b = y, c = x, d = y, e = x
        var f = y, g = x, h = y, i = x, j = y
        for _ in 0..<rounds {
            a = multiplyAdd(x, a, y)
            b = multiplyAdd(x, b, y)
            c = multiplyAdd(x, c, y)
            d = multiplyAdd(x, d, y)
            e = multiplyAdd(x, e, y)
            f = multiplyAdd(x, f, y)
            g = multiplyAdd(x, g, y)
            h = multiplyAdd(x, h, y)
            i = multiplyAdd(x, i, y)
            j = multiplyAdd(x, j, y)
        }
        return laneSum(a + b + c + d + e + f + g + h + i + j)
    }
}

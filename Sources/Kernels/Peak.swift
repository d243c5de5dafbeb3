/// Computes multiply-adds at the highest rate of this instruction set: as many independent chains as the registers
/// hold, without memory accesses.
enum Peak {
    /// Three independent chains of x · a + y.
    struct Chains {
        var a: Vector
        var b: Vector
        var c: Vector

        @inline(__always)
        init(_ start: Vector) {
            a = start
            b = start
            c = start
        }

        @inline(__always)
        mutating func advance(_ x: Vector, _ y: Vector) {
            a = multiplyAdd(x, a, y)
            b = multiplyAdd(x, b, y)
            c = multiplyAdd(x, c, y)
        }

        var sum: Float { laneSum(a + b + c) }
    }

    /// The number of groups of chains that the registers hold.
    @inline(__always)
    private static var groups: Int { compiledWithAVX512 ? 4 : compiledWithFMA ? 2 : 1 }

    /// The number of multiply-adds in one round of `run`.
    static var perRound: Int { groups * 3 * vectorWidth }

    /// Runs the rounds. The returned number depends on every operation, so that the compiler removes none.
    @inline(never)
    static func run(rounds: Int, factor: Float) -> Float {
        let x = broadcast(factor)
        let y = broadcast(factor * 0.5)
        var (a, b, c, d) = (Chains(x), Chains(y), Chains(x), Chains(y))
        for _ in 0..<rounds {
            a.advance(x, y)
            if groups > 1 { b.advance(x, y) }
            if groups > 2 {
                c.advance(x, y)
                d.advance(x, y)
            }
        }
        return a.sum + b.sum + c.sum + d.sum
    }
}

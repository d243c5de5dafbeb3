import KernelInterface

/// The weight gradient of a shard: gradient[r][c] += Σ over steps and lanes of outer[t][r] · inner[t][c].
///
/// Each element is the dot product of two long rows. A block of elements is computed at a time, in registers:
///
///     FourRows (AVX-512): 4 rows × 4 columns        OneRow (other sets): 1 row × 4 columns
///
///     inner:   c      c+1    c+2    c+3             c      c+1    c+2    c+3
///           ┌──────┬──────┬──────┬──────┐        ┌──────┬──────┬──────┬──────┐
///     r     │ 16   │ 16   │ 16   │ 16   │     r  │ 16   │ 16   │ 16   │ 16   │
///           ├──────┼──────┼──────┼──────┤        └──────┴──────┴──────┴──────┘
///     r+1   │      │      │      │      │
///           ├──────┼──────┼──────┼──────┤        A cell is a vector of 16 partial sums,
///     r+2   │      │      │      │      │        one for each lane.
///           ├──────┼──────┼──────┼──────┤
///     r+3   │      │      │      │      │
///           └──────┴──────┴──────┴──────┘
///
/// The loop goes over the steps, and in each step over the lanes, 16 at a time. The sums over the 16 lanes are computed
/// once, at the end. Rows and columns that do not fill a block are computed by `OneRow` and by single dot products.
enum WeightGradient {
    /// The sizes and operands of a product.
    struct Operands {
        var rows: Int
        var columns: Int
        var steps: Int
        var outer: LaneTensor
        var inner: LaneTensor
        var innerRanges: UnsafePointer<FeatureRange>?
        var gradient: UnsafeMutablePointer<Float>
        var rowStride: Int
    }

    /// The number of rows whose data stay in the second-level cache during the loop over all columns.
    private static let rowsAtATime = 64

    static func run(_ operands: Operands) {
        for row in stride(from: 0, to: operands.rows, by: rowsAtATime) {
            var part = operands
            part.rows = min(rowsAtATime, operands.rows - row)
            part.outer = operands.outer.advanced(features: row)
            part.gradient = operands.gradient + row * operands.rowStride
            allColumns(part)
        }
    }

    private static func allColumns(_ operands: Operands) {
        var column = 0
        while column + 4 <= operands.columns {
            let steps = operands.steps(column, column + 4)
            if compiledWithAVX512 {
                fourColumns(FourRows.self, operands, column, steps)
            } else {
                fourColumns(OneRow.self, operands, column, steps)
            }
            column += 4
        }
        while column < operands.columns {
            oneColumn(operands, column, operands.steps(column, column + 1))
            column += 1
        }
    }

    private static func fourColumns<Block: DotBlock>(
        _: Block.Type, _ operands: Operands, _ column: Int, _ steps: Range<Int>
    ) {
        let inner = operands.inner.advanced(steps: steps.lowerBound).advanced(features: column)
        let outer = operands.outer.advanced(steps: steps.lowerBound)
        var row = 0
        while row < operands.rows {
            let target = operands.gradient + row * operands.rowStride + column
            if row + Block.rows <= operands.rows {
                block(
                    Block.self, steps.count, outer.advanced(features: row), inner, target, operands.rowStride)
                row += Block.rows
            } else {
                block(
                    OneRow.self, steps.count, outer.advanced(features: row), inner, target, operands.rowStride
                )
                row += 1
            }
        }
    }

    private static func oneColumn(_ operands: Operands, _ column: Int, _ steps: Range<Int>) {
        let inner = operands.inner.advanced(steps: steps.lowerBound).advanced(features: column)
        let outer = operands.outer.advanced(steps: steps.lowerBound)
        for row in 0..<operands.rows {
            operands.gradient[row * operands.rowStride + column] += dot(
                steps.count, outer.advanced(features: row), inner)
        }
    }

    @inline(never)
    private static func block<Block: DotBlock>(
        _: Block.Type, _ steps: Int, _ outer: LaneTensor, _ inner: LaneTensor,
        _ gradient: UnsafeMutablePointer<Float>, _ rowStride: Int
    ) {
        var block = Block()
        var left = outer.base
        var right = inner.base
        for _ in 0..<steps {
            var lane = 0
            while lane < shardLanes {
                block.add(left + lane, FourVectors(loading: right + lane))
                lane += vectorWidth
            }
            left += outer.stepStride
            right += inner.stepStride
        }
        block.addSums(to: gradient, rowStride: rowStride)
    }

    @inline(never)
    private static func dot(_ steps: Int, _ outer: LaneTensor, _ inner: LaneTensor) -> Float {
        var sum = broadcast(0)
        for step in 0..<steps {
            for lane in stride(from: 0, to: shardLanes, by: vectorWidth) {
                sum = multiplyAdd(sum, loadVector(outer[step], lane), loadVector(inner[step], lane))
            }
        }
        return laneSum(sum)
    }
}

extension WeightGradient.Operands {
    /// Returns the range of steps from the first to the last at which columns `first..<end` of `inner` are not all
    /// zero.
    @inline(__always)
    func steps(_ first: Int, _ end: Int) -> Range<Int> {
        guard let innerRanges else { return 0..<steps }
        var lower = 0
        var upper = steps
        while lower < upper, !innerRanges[lower].overlaps(first, end) { lower += 1 }
        while upper > lower, !innerRanges[upper - 1].overlaps(first, end) { upper -= 1 }
        return lower..<upper
    }
}

/// The bias gradient: gradient[r] += Σ over steps and lanes of outer[t][r].
enum BiasGradient {
    static func run(rows: Int, steps: Int, outer: LaneTensor, gradient: UnsafeMutablePointer<Float>) {
        for row in 0..<rows {
            var sum = broadcast(0)
            var source = outer.base + row * shardLanes
            for _ in 0..<steps {
                sum += loadVector(source)
                sum += loadVector(source, vectorWidth)
                source += outer.stepStride
            }
            gradient[row] += laneSum(sum)
        }
    }
}

/// Returns the sum of the lanes. Halves are added first, in the same order as in `FourVectors.sums`.
@inline(__always)
func laneSum(_ vector: Vector) -> Float {
    let eight = vector.lowHalf + vector.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
}

/// Four vectors, one for each of four columns.
struct FourVectors {
    var a: Vector
    var b: Vector
    var c: Vector
    var d: Vector

    @inline(__always)
    init() {
        a = broadcast(0)
        b = a
        c = a
        d = a
    }

    @inline(__always)
    init(loading source: UnsafePointer<Float>) {
        a = loadVector(source)
        b = loadVector(source, shardLanes)
        c = loadVector(source, 2 * shardLanes)
        d = loadVector(source, 3 * shardLanes)
    }

    @inline(__always)
    mutating func add(_ factor: Vector, _ other: FourVectors) {
        a = multiplyAdd(a, factor, other.a)
        b = multiplyAdd(b, factor, other.b)
        c = multiplyAdd(c, factor, other.c)
        d = multiplyAdd(d, factor, other.d)
    }

    /// The sums over the lanes of the four vectors. Three times, halves of two vectors are added into one vector.
    @inline(__always)
    var sums: SIMD4<Float> {
        let four = Self.foldHalves(Self.foldEighths(a, b), Self.foldEighths(c, d))
        let pairs = unsafeBitCast(four, to: SIMD8<UInt64>.self)
        let two =
            unsafeBitCast(pairs.evenHalf, to: SIMD8<Float>.self)
            + unsafeBitCast(pairs.oddHalf, to: SIMD8<Float>.self)
        return two.evenHalf + two.oddHalf
    }

    /// Returns [eight sums of x | eight sums of y].
    @inline(__always)
    private static func foldEighths(_ x: Vector, _ y: Vector) -> Vector {
        Vector(lowHalf: x.lowHalf, highHalf: y.lowHalf) + Vector(lowHalf: x.highHalf, highHalf: y.highHalf)
    }

    /// Returns [four sums of a | four of b | four of c | four of d] for x = [eight sums of a | eight of b] and
    /// y = [eight sums of c | eight of d].
    @inline(__always)
    private static func foldHalves(_ x: Vector, _ y: Vector) -> Vector {
        let low = Vector(
            lowHalf: SIMD8(lowHalf: x.lowHalf.lowHalf, highHalf: x.highHalf.lowHalf),
            highHalf: SIMD8(lowHalf: y.lowHalf.lowHalf, highHalf: y.highHalf.lowHalf))
        let high = Vector(
            lowHalf: SIMD8(lowHalf: x.lowHalf.highHalf, highHalf: x.highHalf.highHalf),
            highHalf: SIMD8(lowHalf: y.lowHalf.highHalf, highHalf: y.highHalf.highHalf))
        return low + high
    }
}

/// A block of dot products, rows × four columns, in registers.
protocol DotBlock {
    static var rows: Int { get }
    init()
    mutating func add(_ outer: UnsafePointer<Float>, _ inner: FourVectors)
    func addSums(to gradient: UnsafeMutablePointer<Float>, rowStride: Int)
}

struct OneRow: DotBlock {
    var row = FourVectors()

    static var rows: Int { @_transparent get { 1 } }

    @inline(__always)
    init() {}

    @inline(__always)
    mutating func add(_ outer: UnsafePointer<Float>, _ inner: FourVectors) {
        row.add(loadVector(outer), inner)
    }

    @inline(__always)
    func addSums(to gradient: UnsafeMutablePointer<Float>, rowStride: Int) {
        let target = UnsafeMutableRawPointer(gradient)
        target.storeBytes(of: target.loadUnaligned(as: SIMD4<Float>.self) + row.sums, as: SIMD4<Float>.self)
    }
}

struct FourRows: DotBlock {
    var a = OneRow()
    var b = OneRow()
    var c = OneRow()
    var d = OneRow()

    static var rows: Int { @_transparent get { 4 } }

    @inline(__always)
    init() {}

    @inline(__always)
    mutating func add(_ outer: UnsafePointer<Float>, _ inner: FourVectors) {
        a.add(outer, inner)
        b.add(outer + shardLanes, inner)
        c.add(outer + 2 * shardLanes, inner)
        d.add(outer + 3 * shardLanes, inner)
    }

    @inline(__always)
    func addSums(to gradient: UnsafeMutablePointer<Float>, rowStride: Int) {
        a.addSums(to: gradient, rowStride: rowStride)
        b.addSums(to: gradient + rowStride, rowStride: rowStride)
        c.addSums(to: gradient + 2 * rowStride, rowStride: rowStride)
        d.addSums(to: gradient + 3 * rowStride, rowStride: rowStride)
    }
}

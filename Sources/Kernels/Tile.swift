import KernelInterface

// A tile is a block of a product that stays in registers while its terms are summed: rows of the matrix times lanes
// of the shard. It is composed of parts, so that the shape of each instruction set is a type (`Third` in
// `Product.swift`) and the compiler sees plain named registers. A row of the tile has one or two vectors of 16 lanes:
//
//     Two<Two<Row<TwoVectors>>>                Two<Row<OneVector>>        Row<OneVector>
//     (AVX-512)                                (AVX2, NEON)               (SSE)
//
//     ┌──────────┬──────────┐                  ┌──────────┐               ┌──────────┐
//     │ 16 lanes │ 16 lanes │ Row ┐            │ 16 lanes │ Row ┐         │ 16 lanes │ Row
//     ├──────────┼──────────┤     │ Two ┐      ├──────────┤     │ Two     └──────────┘
//     │ 16 lanes │ 16 lanes │ Row ┘     │      │ 16 lanes │ Row ┘
//     ├──────────┼──────────┤           │ Two  └──────────┘
//     │ 16 lanes │ 16 lanes │ Row ┐     │
//     ├──────────┼──────────┤     │ Two ┘
//     │ 16 lanes │ 16 lanes │ Row ┘
//     └──────────┴──────────┘

/// The lanes of one row of a tile.
protocol Columns {
    static var lanes: Int { get }
    init(broadcasting number: Float)
    init(loading source: UnsafePointer<Float>)
    mutating func add(_ weight: Float, _ input: Self)
    func store(_ target: UnsafeMutablePointer<Float>)
}

/// 16 lanes in one vector.
struct OneVector: Columns {
    var a: Vector

    static var lanes: Int { @_transparent get { vectorWidth } }

    @inline(__always)
    init(broadcasting number: Float) { a = broadcast(number) }

    @inline(__always)
    init(loading source: UnsafePointer<Float>) { a = loadVector(source) }

    @inline(__always)
    mutating func add(_ weight: Float, _ input: OneVector) { a = multiplyAdd(a, broadcast(weight), input.a) }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>) { storeVector(a, target) }
}

/// 32 lanes in two vectors.
struct TwoVectors: Columns {
    var a: Vector
    var b: Vector

    static var lanes: Int { @_transparent get { 2 * vectorWidth } }

    @inline(__always)
    init(broadcasting number: Float) {
        a = broadcast(number)
        b = a
    }

    @inline(__always)
    init(loading source: UnsafePointer<Float>) {
        a = loadVector(source)
        b = loadVector(source, vectorWidth)
    }

    @inline(__always)
    mutating func add(_ weight: Float, _ input: TwoVectors) {
        let weight = broadcast(weight)
        a = multiplyAdd(a, weight, input.a)
        b = multiplyAdd(b, weight, input.b)
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>) {
        storeVector(a, target)
        storeVector(b, target, vectorWidth)
    }
}

/// Rows of accumulators. Only the first `valid` rows exist in memory; the other rows of a tile are computed with
/// weights of zero and dropped.
protocol Tile {
    associatedtype Lanes: Columns
    static var rows: Int { get }
    init(bias: UnsafePointer<Float>)
    init(loading source: UnsafePointer<Float>, valid: Int)
    /// Adds `weights[r]` · input to row r.
    mutating func add(_ weights: UnsafePointer<Float>, _ input: Lanes)
    func store(_ target: UnsafeMutablePointer<Float>, valid: Int)
}

/// A tile of one row.
struct Row<Lanes: Columns>: Tile {
    var lanes: Lanes

    static var rows: Int { @_transparent get { 1 } }

    @inline(__always)
    init(bias: UnsafePointer<Float>) { lanes = Lanes(broadcasting: bias.pointee) }

    @inline(__always)
    init(loading source: UnsafePointer<Float>, valid: Int) {
        lanes = valid > 0 ? Lanes(loading: source) : Lanes(broadcasting: 0)
    }

    @inline(__always)
    mutating func add(_ weights: UnsafePointer<Float>, _ input: Lanes) { lanes.add(weights.pointee, input) }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>, valid: Int) {
        if valid > 0 { lanes.store(target) }
    }
}

/// A tile of two parts, one below the other.
struct Two<Part: Tile>: Tile {
    var a: Part
    var b: Part

    static var rows: Int { @_transparent get { 2 * Part.rows } }

    @inline(__always)
    init(bias: UnsafePointer<Float>) {
        a = Part(bias: bias)
        b = Part(bias: bias + Part.rows)
    }

    @inline(__always)
    init(loading source: UnsafePointer<Float>, valid: Int) {
        a = Part(loading: source, valid: valid)
        b = Part(loading: source + Part.rows * shardLanes, valid: valid - Part.rows)
    }

    @inline(__always)
    mutating func add(_ weights: UnsafePointer<Float>, _ input: Part.Lanes) {
        a.add(weights, input)
        b.add(weights + Part.rows, input)
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>, valid: Int) {
        a.store(target, valid: valid)
        b.store(target + Part.rows * shardLanes, valid: valid - Part.rows)
    }
}

/// A tile of three parts, one below the other.
struct Three<Part: Tile>: Tile {
    var a: Part
    var b: Part
    var c: Part

    static var rows: Int { @_transparent get { 3 * Part.rows } }

    @inline(__always)
    init(bias: UnsafePointer<Float>) {
        a = Part(bias: bias)
        b = Part(bias: bias + Part.rows)
        c = Part(bias: bias + 2 * Part.rows)
    }

    @inline(__always)
    init(loading source: UnsafePointer<Float>, valid: Int) {
        a = Part(loading: source, valid: valid)
        b = Part(loading: source + Part.rows * shardLanes, valid: valid - Part.rows)
        c = Part(loading: source + 2 * Part.rows * shardLanes, valid: valid - 2 * Part.rows)
    }

    @inline(__always)
    mutating func add(_ weights: UnsafePointer<Float>, _ input: Part.Lanes) {
        a.add(weights, input)
        b.add(weights + Part.rows, input)
        c.add(weights + 2 * Part.rows, input)
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>, valid: Int) {
        a.store(target, valid: valid)
        b.store(target + Part.rows * shardLanes, valid: valid - Part.rows)
        c.store(target + 2 * Part.rows * shardLanes, valid: valid - 2 * Part.rows)
    }
}

/// The gates of sixteen units: either their sums, or the weights with which one input enters these sums. Each gate is a
/// separate field, so that it stays in a register.
protocol SequenceGates {
    /// The number of floats between the gates of two groups.
    static var width: Int { get }
    init(loading source: UnsafePointer<Float>)
    mutating func add(_ number: Float, _ weights: Self)
    func store(_ target: UnsafeMutablePointer<Float>)
}

/// The gate of an RNN.
struct OneGate: SequenceGates {
    var z: Vector

    static var width: Int { @_transparent get { vectorWidth } }

    @inline(__always)
    init(loading source: UnsafePointer<Float>) { z = loadVector(source) }

    @inline(__always)
    mutating func add(_ number: Float, _ weights: OneGate) {
        z = multiplyAdd(z, broadcast(number), weights.z)
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>) { storeVector(z, target) }
}

/// The gates of a GRU.
struct ThreeGates: SequenceGates {
    var r: Vector
    var z: Vector
    var n: Vector

    static var width: Int { @_transparent get { 3 * vectorWidth } }

    @inline(__always)
    init(loading source: UnsafePointer<Float>) {
        r = loadVector(source)
        z = loadVector(source, vectorWidth)
        n = loadVector(source, 2 * vectorWidth)
    }

    @inline(__always)
    mutating func add(_ number: Float, _ weights: ThreeGates) {
        let number = broadcast(number)
        r = multiplyAdd(r, number, weights.r)
        z = multiplyAdd(z, number, weights.z)
        n = multiplyAdd(n, number, weights.n)
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>) {
        storeVector(r, target)
        storeVector(z, target, vectorWidth)
        storeVector(n, target, 2 * vectorWidth)
    }
}

/// The gates of an LSTM.
struct FourGates: SequenceGates {
    var i: Vector
    var f: Vector
    var g: Vector
    var o: Vector

    static var width: Int { @_transparent get { 4 * vectorWidth } }

    @inline(__always)
    init(loading source: UnsafePointer<Float>) {
        i = loadVector(source)
        f = loadVector(source, vectorWidth)
        g = loadVector(source, 2 * vectorWidth)
        o = loadVector(source, 3 * vectorWidth)
    }

    @inline(__always)
    mutating func add(_ number: Float, _ weights: FourGates) {
        let number = broadcast(number)
        i = multiplyAdd(i, number, weights.i)
        f = multiplyAdd(f, number, weights.f)
        g = multiplyAdd(g, number, weights.g)
        o = multiplyAdd(o, number, weights.o)
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>) {
        storeVector(i, target)
        storeVector(f, target, vectorWidth)
        storeVector(g, target, 2 * vectorWidth)
        storeVector(o, target, 3 * vectorWidth)
    }
}

import CProcessor
import KernelInterface

/// Sixteen lanes: one AVX-512 register, two of AVX2, four of NEON or SSE.
typealias Vector = SIMD16<Float>

let vectorWidth = 16

// The functions are `@_transparent`, because `@inline(__always)` leaves some of them as calls.

@_transparent
func loadVector(_ pointer: UnsafePointer<Float>, _ offset: Int = 0) -> Vector {
    UnsafeRawPointer(pointer + offset).loadUnaligned(as: Vector.self)
}

@_transparent
func storeVector(_ vector: Vector, _ pointer: UnsafeMutablePointer<Float>, _ offset: Int = 0) {
    UnsafeMutableRawPointer(pointer + offset).storeBytes(of: vector, as: Vector.self)
}

@_transparent
func broadcast(_ number: Float) -> Vector {
    Vector(repeating: number)
}

/// Returns sum + a · b, fused if the instruction set has a fused multiply-add. (Without one, `addingProduct` would be a
/// library call for each lane.)
@_transparent
func multiplyAdd(_ sum: Vector, _ a: Vector, _ b: Vector) -> Vector {
    compiledWithFMA ? sum.addingProduct(a, b) : sum + a * b
}

/// Returns difference - a · b, fused under the same condition. (The compiler turns -0 - a into a negation, which costs
/// nothing here.)
@_transparent
func multiplySubtract(_ difference: Vector, _ a: Vector, _ b: Vector) -> Vector {
    compiledWithFMA ? difference.addingProduct(broadcast(-0.0) - a, b) : difference - a * b
}

// The instruction set that this module is compiled for. The values are functions, because the compiler warns about code
// that a literal condition makes unreachable.

@inline(__always)
var compiledWithFMA: Bool { COMPILED_WITH_FMA != 0 }

@inline(__always)
var compiledWithAVX512: Bool { COMPILED_WITH_AVX512 != 0 }

@inline(__always)
var compiledWithAVX2: Bool { COMPILED_WITH_AVX2 != 0 }

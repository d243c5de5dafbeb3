import CProcessor
import KernelInterface

/// Sixteen lanes: one AVX-512 register, two of AVX2, four of NEON or SSE.
typealias Vector = SIMD16<Float>

let vectorWidth = 16

// `@_transparent` and not `@inline(__always)`: the latter leaves some of these as calls.

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

/// sum + a · b, fused where the instruction set can. (`addingProduct` without such an instruction is a
/// library call for each lane.)
@_transparent
func multiplyAdd(_ sum: Vector, _ a: Vector, _ b: Vector) -> Vector {
    compiledWithFMA ? sum.addingProduct(a, b) : sum + a * b
}

/// difference - a · b, fused alike. (-0 - a is the compiler's spelling of a negation, which costs nothing here.)
@_transparent
func multiplySubtract(_ difference: Vector, _ a: Vector, _ b: Vector) -> Vector {
    compiledWithFMA ? difference.addingProduct(broadcast(-0.0) - a, b) : difference - a * b
}

// What this module is compiled for; functions, because the compiler warns about code that a literal
// condition makes unreachable.

@inline(__always)
var compiledWithFMA: Bool { COMPILED_WITH_FMA != 0 }

@inline(__always)
var compiledWithAVX512: Bool { COMPILED_WITH_AVX512 != 0 }

@inline(__always)
var compiledWithAVX2: Bool { COMPILED_WITH_AVX2 != 0 }

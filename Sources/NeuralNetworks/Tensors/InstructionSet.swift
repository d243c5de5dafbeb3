import CProcessor
import KernelInterface
import Kernels
import Platform

#if arch(x86_64)
    import KernelsAVX2
    import KernelsAVX512
#endif

/// An instruction set that the kernels are compiled for. All sets with a fused multiply-add (every one but the portable
/// set on x86-64) give bit-identical results.
public enum InstructionSet: String, CaseIterable, Codable, Sendable {
    /// The architecture's baseline, or the set that the compiler was told to assume.
    case portable
    /// AVX2 and FMA (x86-64-v3).
    case avx2
    /// AVX-512 (x86-64-v4).
    case avx512

    /// The sets that are compiled in and that this processor supports, in order of increasing vector width.
    package static var available: [InstructionSet] {
        #if arch(x86_64)
            allCases.filter { set in
                switch set {
                case .portable: true
                case .avx2: processor_has_x86_64_v3()
                case .avx512: processor_has_x86_64_v4()
                }
            }
        #else
            [.portable]
        #endif
    }

    /// The available set with the widest vectors.
    public static var best: InstructionSet { available.last ?? .portable }

    /// The kernels compiled for this set. A set that is not available traps.
    package var kernels: any KernelSet {
        precondition(Self.available.contains(self), "this processor or build has no \(self) kernels")
        #if arch(x86_64)
            switch self {
            case .portable: return Kernels.CompiledKernels()
            case .avx2: return KernelsAVX2.CompiledKernels()
            case .avx512: return KernelsAVX512.CompiledKernels()
            }
        #else
            return Kernels.CompiledKernels()
        #endif
    }

    /// The reason why this build cannot run on this processor; nil if it can. Flags such as `-march=native` let the
    /// compiler use instructions that not every processor has.
    package static var mismatch: String? {
        switch Kernels.CompiledKernels.required {
        case .avx512 where !processor_has_x86_64_v4():
            "this program was compiled for AVX-512, which this processor lacks; build it without -march flags"
        case .avx2 where !processor_has_x86_64_v3():
            "this program was compiled for AVX2, which this processor lacks; build it without -march flags"
        default: nil
        }
    }
}

extension InstructionSet: CustomStringConvertible {
    /// The name for people: "AVX-512", "AVX2 + FMA", "NEON".
    public var description: String {
        switch self {
        case .avx2: "AVX2 + FMA"
        case .avx512: "AVX-512"
        case .portable:
            switch Kernels.CompiledKernels.required {
            case .avx512: "AVX-512"
            case .avx2: "AVX2 + FMA"
            case .baseline:
                #if arch(arm64)
                    "NEON"
                #elseif arch(x86_64)
                    "SSE2 (no FMA)"
                #else
                    "portable"
                #endif
            }
        }
    }
}

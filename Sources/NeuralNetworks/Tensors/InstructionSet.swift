import CProcessor
import KernelInterface
import Kernels

#if INSTRUCTION_SETS
    import KernelsAVX2
    import KernelsAVX512
#endif

/// The instruction sets the kernels are compiled for. Sets with a fused multiply-add (all but the portable
/// one on x86-64) give the same results to the last bit.
public enum InstructionSet: String, CaseIterable, Codable, Sendable {
    /// What every processor of the architecture has, or what the compiler was told to assume.
    case portable
    case avx2
    case avx512

    /// Those compiled in that this processor can run, from the plainest to the widest.
    package static var available: [InstructionSet] {
        #if INSTRUCTION_SETS
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

    /// The widest available.
    public static var best: InstructionSet { available.last ?? .portable }

    /// The kernels compiled for this set. Running them on a processor that lacks it is a programmer's error.
    package var kernels: any KernelSet {
        precondition(Self.available.contains(self), "this processor or build has no \(self) kernels")
        #if INSTRUCTION_SETS
            switch self {
            case .portable: return Kernels.CompiledKernels()
            case .avx2: return KernelsAVX2.CompiledKernels()
            case .avx512: return KernelsAVX512.CompiledKernels()
            }
        #else
            return Kernels.CompiledKernels()
        #endif
    }

    /// Why this build cannot run on this processor, or nil: the portable kernels may have been compiled with
    /// flags (`-march=native`) for more than every processor has.
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

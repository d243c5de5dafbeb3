/// The type of the elements of a tensor, by its name in the format, such as "F32".
public struct SafetensorsType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The name in the format.
    public let rawValue: String

    /// Creates a type from its name in the format, which may be unknown.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// `Float`, 32 bits (F32).
    public static let float32 = SafetensorsType(rawValue: "F32")
    /// `Double`, 64 bits (F64).
    public static let float64 = SafetensorsType(rawValue: "F64")
    /// `UInt8` (U8).
    public static let uint8 = SafetensorsType(rawValue: "U8")
    /// `Int32` (I32).
    public static let int32 = SafetensorsType(rawValue: "I32")
    /// `Int64` (I64).
    public static let int64 = SafetensorsType(rawValue: "I64")
    package static let float16 = SafetensorsType(rawValue: "F16")
    package static let bfloat16 = SafetensorsType(rawValue: "BF16")
    package static let int16 = SafetensorsType(rawValue: "I16")
    package static let int8 = SafetensorsType(rawValue: "I8")
    package static let bool = SafetensorsType(rawValue: "BOOL")
    /// The types that are converted to `Float`.
    package static let floats: [SafetensorsType] = [.float32, .float16, .bfloat16, .float64]

    public var description: String { rawValue }

    /// The number of bits of one element; nil for an unknown type.
    var bitWidth: Int? { Self.known.first { $0.name == rawValue }?.bits }

    /// The position of the type in the order in which the reference implementation writes tensors.
    var writingOrder: Int { Self.known.firstIndex { $0.name == rawValue } ?? Self.known.count }

    private static let known: [(name: String, bits: Int)] = [
        ("U64", 64), ("I64", 64), ("F64", 64), ("C64", 64), ("F32", 32), ("U32", 32), ("I32", 32),
        ("BF16", 16), ("F16", 16), ("U16", 16), ("I16", 16), ("F8_E8M0", 8), ("F8_E4M3", 8), ("F8_E5M2", 8),
        ("I8", 8), ("U8", 8), ("F6_E3M2", 6), ("F6_E2M3", 6), ("F4", 4), ("BOOL", 8),
    ]
}

/// A Swift type of the elements of a tensor: `Float`, `Double`, `UInt8`, `Int32` or `Int64`.
public protocol SafetensorsElement: BitwiseCopyable, Sendable {
    /// The type's name in the format.
    static var safetensorsType: SafetensorsType { get }
}

#if _endian(big)
    #error("Tensors are little-endian and copied byte by byte: a big-endian machine has to swap them.")
#endif

extension Float: SafetensorsElement {
    public static var safetensorsType: SafetensorsType { .float32 }
}

extension Double: SafetensorsElement {
    public static var safetensorsType: SafetensorsType { .float64 }
}

extension UInt8: SafetensorsElement {
    public static var safetensorsType: SafetensorsType { .uint8 }
}

extension Int32: SafetensorsElement {
    public static var safetensorsType: SafetensorsType { .int32 }
}

extension Int64: SafetensorsElement {
    public static var safetensorsType: SafetensorsType { .int64 }
}

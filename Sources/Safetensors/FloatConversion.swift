extension SafetensorsType {
    /// Returns the numbers of little-endian bytes as `Float`; nil for another type than float32, float16, bfloat16 and
    /// float64. Half precision is converted exactly, double precision is rounded.
    package func floats(from bytes: some RandomAccessCollection<UInt8>) -> [Float]? {
        let content = Array(bytes)
        func numbers<Bits: FixedWidthInteger>(_: Bits.Type, _ convert: (Bits) -> Float) -> [Float] {
            content.withUnsafeBytes { buffer in
                (0..<buffer.count / MemoryLayout<Bits>.size).map {
                    convert(
                        Bits(
                            littleEndian: buffer.loadUnaligned(
                                fromByteOffset: $0 * MemoryLayout<Bits>.size, as: Bits.self)))
                }
            }
        }
        return switch self {
        case .float32: numbers(UInt32.self) { Float(bitPattern: $0) }
        case .float16: numbers(UInt16.self, Self.float(half:))
        case .bfloat16: numbers(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .float64: numbers(UInt64.self) { Float(Double(bitPattern: $0)) }
        default: nil
        }
    }

    /// Returns a number of half precision (IEEE 754 binary16: 1 sign bit, 5 of the exponent, 10 of the fraction).
    private static func float(half bits: UInt16) -> Float {
        let sign: Float = bits & 0x8000 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0: return sign * Float(fraction) * 0x1p-24
        case 31:
            return Float(bitPattern: (bits & 0x8000 == 0 ? 0 : 0x8000_0000) | 0x7F80_0000 | fraction << 13)
        default:
            return Float(
                bitPattern: UInt32(bits & 0x8000) << 16 | UInt32(exponent + 112) << 23 | fraction << 13)
        }
    }
}

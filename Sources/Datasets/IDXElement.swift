/// The element types of the IDX format, by the code in the third byte of a file.
package enum IDXElementType: UInt8, Sendable, CaseIterable {
    case uint8 = 0x08
    case int8 = 0x09
    case int16 = 0x0B
    case int32 = 0x0C
    case float32 = 0x0D
    case float64 = 0x0E

    /// The number of bytes of one element.
    package var size: Int {
        switch self {
        case .uint8, .int8: 1
        case .int16: 2
        case .int32, .float32: 4
        case .float64: 8
        }
    }
}

/// A Swift type of the elements of an IDX file.
package protocol IDXElement: BitwiseCopyable, Sendable {
    static var idxType: IDXElementType { get }
}

extension UInt8: IDXElement { package static var idxType: IDXElementType { .uint8 } }
extension Int8: IDXElement { package static var idxType: IDXElementType { .int8 } }
extension Int16: IDXElement { package static var idxType: IDXElementType { .int16 } }
extension Int32: IDXElement { package static var idxType: IDXElementType { .int32 } }
extension Float: IDXElement { package static var idxType: IDXElementType { .float32 } }
extension Double: IDXElement { package static var idxType: IDXElementType { .float64 } }

extension IDXElementType {
    /// Converts the big-endian elements in `bytes` to this machine's byte order, in place.
    func convertFromBigEndian(_ bytes: UnsafeMutableRawBufferPointer) {
        switch size {
        case 2: convert(bytes.assumingMemoryBound(to: UInt16.self))
        case 4: convert(bytes.assumingMemoryBound(to: UInt32.self))
        case 8: convert(bytes.assumingMemoryBound(to: UInt64.self))
        default: break
        }
    }

    private func convert<Word: FixedWidthInteger>(_ words: UnsafeMutableBufferPointer<Word>) {
        for index in words.indices { words[index] = Word(bigEndian: words[index]) }
    }
}

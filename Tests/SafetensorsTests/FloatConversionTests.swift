import Testing

@testable import Safetensors

@Suite("Tensors of other floating-point types as Float")
struct FloatConversionTests {
    #if !(os(macOS) && arch(x86_64))
        @Test func `all numbers of half precision are converted exactly`() throws {
            for bits in UInt16.min...UInt16.max {
                let bytes = [UInt8(bits & 0xFF), UInt8(bits >> 8)]
                let float = try #require(SafetensorsType.float16.floats(from: bytes)?.first)
                let expected = Float(Float16(bitPattern: bits))
                // A signalling NaN may become a quiet one.
                let isRight = expected.isNaN ? float.isNaN : float.bitPattern == expected.bitPattern
                #expect(isRight, "\(bits): \(float), expected \(expected)")
            }
        }
    #endif

    @Test(arguments: [
        (SafetensorsType.bfloat16, [0x80, 0x3F, 0x49, 0xC0] as [UInt8], [1, -3.140625] as [Float]),
        (.float32, [0, 0, 0x80, 0x3F], [1]),
        (.float64, [0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F], [0.1]),
    ])
    func `bytes are numbers in little-endian order`(type: SafetensorsType, bytes: [UInt8], expected: [Float])
    {
        #expect(type.floats(from: bytes) == expected)
    }

    @Test func `integers are no floating-point numbers`() throws {
        #expect(SafetensorsType.int64.floats(from: [0, 0, 0, 0, 0, 0, 0, 0]) == nil)
        var writer = SafetensorsWriter()
        writer.add("step", shape: [1], [Int64(3)])
        writer.add("half", shape: [2], [Double(0.5), -2])
        let file = try SafetensorsFile(bytes: writer.serialized(), path: "file")
        #expect(try file.floats(of: "half", shape: [2]) == [0.5, -2])
        let integers = #expect(throws: SafetensorsError.self) { try file.floats(of: "step") }
        #expect(integers?.reason == .elementType)
        let shape = #expect(throws: SafetensorsError.self) { try file.floats(of: "half", shape: [1, 2]) }
        #expect(shape?.reason == .shape)
        let missing = #expect(throws: SafetensorsError.self) { try file.floats(of: "none") }
        #expect(missing?.reason == .missingTensor)
    }
}

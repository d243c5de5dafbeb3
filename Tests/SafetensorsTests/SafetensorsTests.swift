import Foundation
import TestSupport
import Testing

@testable import Safetensors

@Suite("Safetensors of the reference implementation")
struct SafetensorsTests {
    /// The header was written by the safetensors package, version 0.8, from the tensors of `writer` in another order.
    static let referenceHeader = #"""
        {"__metadata__":{"key":"a\tvalue"},"long":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},\#
        "double":{"dtype":"F64","shape":[2],"data_offsets":[16,32]},\#
        "a.weight":{"dtype":"F32","shape":[1],"data_offsets":[32,36]},\#
        "b.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[36,60]},\#
        "e\"\\é\n\u0001\#u{7F}/":{"dtype":"F32","shape":[0,3],"data_offsets":[60,60]},\#
        "scalar":{"dtype":"F32","shape":[],"data_offsets":[60,64]},\#
        "int":{"dtype":"I32","shape":[2],"data_offsets":[64,72]},\#
        "u8":{"dtype":"U8","shape":[3],"data_offsets":[72,75]}}\#u{20}\#u{20}\#u{20}\#u{20}\#u{20}\#u{20}
        """#
    static let referenceData =
        "//////////8AAAAAAAAAQJqZmZmZmbk/AAAAAAAAAIABAAAAAACAPwAAIMAAAEBAAACAQAAAoEAAAIB/zczMPf7///8HAAAAAID/"

    static var referenceFile: [UInt8] {
        [0x10, 0x02, 0, 0, 0, 0, 0, 0] + Array(referenceHeader.utf8)
            + Array(Data(base64Encoded: referenceData)!)
    }

    static let oddName = "e\"\\é\n\u{1}\u{7F}/"

    static var writer: SafetensorsWriter {
        var writer = SafetensorsWriter(metadata: ["key": "a\tvalue"])
        writer.add("u8", shape: [3], [0, 128, 255] as [UInt8])
        writer.add("scalar", shape: [], [0.1] as [Float])
        writer.add("b.weight", shape: [2, 3], [1, -2.5, 3, 4, 5, .infinity] as [Float])
        writer.add("a.weight", shape: [1], [Float.leastNonzeroMagnitude])
        writer.add("int", shape: [2], [-2, 7] as [Int32])
        writer.add("double", shape: [2], [0.1, -0.0])
        writer.add(oddName, shape: [0, 3], [Float]())
        writer.add("long", shape: [2], [-1, 1 << 62] as [Int64])
        return writer
    }

    @Test func `the written bytes equal the reference's`() {
        #expect(Self.writer.serialized() == Self.referenceFile)
    }

    @Test func `every type is read`() throws {
        let file = try SafetensorsFile(bytes: Self.referenceFile, path: "reference")
        #expect(file.metadata == ["key": "a\tvalue"])
        #expect(
            file.tensorNames == [
                "long", "double", "a.weight", "b.weight", Self.oddName, "scalar", "int", "u8",
            ])
        #expect(file["b.weight"]?.shape == [2, 3])
        #expect(file["b.weight"]?.type == .float32)
        #expect(file["c.weight"] == nil)
        #expect(try file.values(of: "u8") == [0, 128, 255] as [UInt8])
        #expect(try file.values(of: "scalar", shape: []) == [0.1] as [Float])
        #expect(try file.values(of: "b.weight", shape: [2, 3]) == [1, -2.5, 3, 4, 5, .infinity] as [Float])
        #expect(try file.values(of: "a.weight") == [Float.leastNonzeroMagnitude])
        #expect(try file.values(of: "int") == [-2, 7] as [Int32])
        #expect(
            try file.values(of: "double", as: Double.self).map(\.bitPattern) == [0.1, -0.0].map(\.bitPattern))
        #expect(try file.values(of: Self.oddName, as: Float.self).isEmpty)
        #expect(try file.values(of: "long") == [-1, 1 << 62] as [Int64])
    }

    @Test func `the header is padded to eight bytes`() {
        for length in 1...16 {
            var writer = SafetensorsWriter()
            writer.add(String(repeating: "n", count: length), shape: [1], [1] as [Float])
            let bytes = writer.serialized()
            #expect(bytes[0] % 8 == 0)
            #expect(bytes.count == 8 + Int(bytes[0]) + 4)
        }
    }

    @Test func `an empty file has no tensors`() throws {
        let bytes = SafetensorsWriter().serialized()
        #expect(bytes == [8, 0, 0, 0, 0, 0, 0, 0] + Array("{}      ".utf8))
        #expect(try SafetensorsFile(bytes: bytes, path: "empty").tensors.isEmpty)
    }

    /// As paths, these names would lead somewhere.
    @Test(arguments: ["../../x", "/etc/x", "a\0b", "", ".", "C:\\x", "\u{1F600}"])
    func `names are only data`(name: String) throws {
        let directory = try TemporaryDirectory()
        var writer = SafetensorsWriter()
        writer.add(name, shape: [2], [1, 2] as [Float])
        try writer.write(to: directory.file("weights"))
        let file = try SafetensorsFile(path: directory.file("weights"))
        #expect(file.tensorNames == [name])
        #expect(try file.values(of: name) == [1, 2] as [Float])
        #expect(try directory.names == ["weights"])
    }

    @Test func `every escape sequence and space is read`() throws {
        let header = """
            { "__metadata__" : { "k" :\t"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00" } ,\r
              "t" : { "shape" : [ 0 , 2 ] , "data_offsets" : [ 0 , 0 ] , "dtype" : "F32" } }
            """
        let bytes = SafetensorsDamageTests.file(header, data: 0)
        #expect(bytes[8] == UInt8(ascii: "{"))
        let file = try SafetensorsFile(bytes: bytes, path: "x")
        #expect(file.metadata == ["k": "\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{1F600}"])
        #expect(file["t"]?.shape == [0, 2])
    }

    @Test func `unknown types are listed but not converted`() throws {
        let bytes = SafetensorsDamageTests.file(
            #"{"half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"#
                + #""new":{"dtype":"Q2","shape":[9],"data_offsets":[4,7]}}"#, data: 7)
        let file = try SafetensorsFile(bytes: bytes, path: "new")
        #expect(file.tensors.map(\.type.rawValue) == ["F16", "Q2"])
        for name in file.tensorNames {
            let error = error(SafetensorsError.self) { _ = try file.values(of: name, as: Float.self) }
            #expect(error?.reason == .elementType)
        }
    }

    @Test func `names that differ only in Unicode composition are different`() throws {
        let bytes = SafetensorsDamageTests.file(
            #"{"\#u{E9}":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
                + #""e\#u{301}":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, data: 3)
        let file = try SafetensorsFile(bytes: bytes, path: "x")
        #expect(file["\u{E9}"]?.shape == [1] && file["e\u{301}"]?.shape == [2])
        #expect(file["E\u{301}"] == nil)
    }

    @Test func `metadata keys that differ only in Unicode composition are rejected`() {
        let bytes = SafetensorsDamageTests.file(
            #"{"__metadata__":{"\#u{E9}":"1","e\#u{301}":"2"}}"#, data: 0)
        let error = error(SafetensorsError.self) { _ = try SafetensorsFile(bytes: bytes, path: "x") }
        #expect(error?.reason == .duplicateKey)
    }
}

@Suite("Safetensors written with PyTorch")
struct SafetensorsFixtureTests {
    static let paths = (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.url.path))!
        .filter { $0.hasSuffix(".safetensors") }.sorted()

    @Test func `the fixtures are present`() {
        #expect(Self.paths.count >= 18)
    }

    @Test(arguments: paths)
    func `reading and writing again gives the same bytes`(name: String) throws {
        let path = Fixtures.url.appending(path: name).path
        let file = try SafetensorsFile(path: path)
        var writer = SafetensorsWriter(metadata: file.metadata)
        for tensor in file.tensors.reversed() {
            switch tensor.type {
            case .float32:
                writer.add(tensor.name, shape: tensor.shape, try file.values(of: tensor.name) as [Float])
            case .float64:
                writer.add(tensor.name, shape: tensor.shape, try file.values(of: tensor.name) as [Double])
            case .uint8:
                writer.add(tensor.name, shape: tensor.shape, try file.values(of: tensor.name) as [UInt8])
            case .int64:
                writer.add(tensor.name, shape: tensor.shape, try file.values(of: tensor.name) as [Int64])
            default: Issue.record("\(name): \(tensor.name) is of type \(tensor.type)")
            }
        }
        #expect(writer.serialized() == Array(try Data(contentsOf: URL(filePath: path))))
    }

    @Test func `the tensors are those in the index`() throws {
        let data = try Data(contentsOf: Fixtures.url.appending(path: "index.json"))
        let index = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let listed = try #require(index["fixtures"] as? [[String: Any]])
        let present = listed.filter { Self.paths.contains($0["file"] as? String ?? "") }
        #expect(present.count == Self.paths.count)
        for fixture in present {
            let name = try #require(fixture["file"] as? String)
            let file = try SafetensorsFile(path: Fixtures.url.appending(path: name).path)
            let shapes = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0.shape) })
            #expect(shapes == fixture["tensors"] as? [String: [Int]])
            guard let loss = fixture["loss"] as? Double else { continue }
            let stored =
                file["loss"]?.type == .float32
                ? Double(try file.values(of: "loss", shape: [1], as: Float.self)[0])
                : try file.values(of: "loss", shape: [1], as: Double.self)[0]
            // JSONSerialization reads some numbers with an error of one or two ulps.
            #expect(abs(stored - loss) <= 1e-15 * abs(loss))
        }
    }
}

import Foundation
import Platform
import Safetensors

@testable import Training

/// The parts of a checkpoint's file, to be changed and written again with a correct digest.
struct Forgery {
    var metadata: [String: String]
    var tensors: [(name: String, shape: [Int], values: [Float])]
    /// Tensors of other types.
    var doubles: [(name: String, shape: [Int], values: [Double])] = []

    init(_ checkpoint: Checkpoint) throws {
        let file = try SafetensorsFile(bytes: checkpoint.serialized(), path: "x")
        metadata = file.metadata
        tensors = try file.tensors.map { ($0.name, $0.shape, try file.values(of: $0.name)) }
    }

    /// - Parameter hasRightDigest: Whether the digest is correct; otherwise it is the digest of the unchanged file.
    func bytes(hasRightDigest: Bool = true) -> [UInt8] {
        var writer = SafetensorsWriter(metadata: metadata)
        for (name, shape, values) in tensors { writer.add(name, shape: shape, values) }
        for (name, shape, values) in doubles { writer.add(name, shape: shape, values) }
        let bytes = writer.serialized()
        return hasRightDigest && metadata["sha256"] != nil ? Self.signed(bytes) : bytes
    }

    /// Returns the digest as the format describes it, computed independently of the package.
    static func digest(_ bytes: [UInt8]) -> (place: Range<Int>, hex: String) {
        var data = Data(bytes)
        let key = data.range(of: Data(#""sha256":""#.utf8))!
        let place = key.upperBound..<key.upperBound + 64
        data.replaceSubrange(place, with: [UInt8](repeating: UInt8(ascii: "0"), count: 64))
        var sum = SHA256()
        sum.update([UInt8](data))
        return (place, sum.hexDigest)
    }

    static func signed(_ bytes: [UInt8]) -> [UInt8] {
        let (place, hex) = digest(bytes)
        var signed = bytes
        signed.replaceSubrange(place, with: Array(hex.utf8))
        return signed
    }

    /// Returns the paths of all numbers, texts and nulls in a text of JSON.
    static func leaves(_ json: String) throws -> [[String]] {
        func leaves(_ value: Any, _ path: [String]) -> [[String]] {
            guard let object = value as? [String: Any] else { return [path] }
            return object.keys.sorted().flatMap { leaves(object[$0]!, path + [$0]) }
        }
        return leaves(try JSONSerialization.jsonObject(with: Data(json.utf8)), [])
    }

    /// Returns JSON with another JSON value at a path; nil removes the value.
    static func json(_ json: String, at path: [String], put text: String?) throws -> String {
        let mark = "\u{1}"
        func put(_ value: Any, _ path: ArraySlice<String>) -> Any {
            guard let name = path.first else { return mark }
            var object = value as! [String: Any]
            if path.count == 1, text == nil {
                object[name] = nil
            } else {
                object[name] = put(object[name]!, path.dropFirst())
            }
            return object
        }
        let value = put(try JSONSerialization.jsonObject(with: Data(json.utf8)), path[...])
        let changed = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])
        return String(decoding: changed, as: UTF8.self).replacing(#""\u0001""#, with: text ?? "")
    }
}

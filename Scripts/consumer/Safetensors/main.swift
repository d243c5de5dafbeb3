// Writes tensors as a safetensors file, reads them back, and asks for a file that does not exist.
import Safetensors

var writer = SafetensorsWriter(metadata: ["format": "pt"])
writer.add("weight", shape: [2, 3], [1, 2, 3, 4, 5, 6] as [Float])
let file = try SafetensorsFile(bytes: writer.serialized(), path: "weights.safetensors")
print("Values:", try file.values(of: "weight", shape: [2, 3], as: Float.self))
do {
    _ = try SafetensorsFile(path: "missing.safetensors")
} catch let error as FileError where error.isMissing {
    print("Missing:", error.path)
}

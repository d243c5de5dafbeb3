import Foundation
import Testing

@testable import PyTorchFiles

/// The files that `Scripts/pytorch_files_fixture.py` wrote with PyTorch.
enum TorchFixture {
    static func path(_ name: String) -> String {
        Bundle.module.resourceURL!.appending(path: "Fixtures/\(name)").path
    }

    struct Expected: Decodable {
        struct Tensor: Decodable {
            var shape: [Int]
            var values: [Float]
        }
        var state: [String: Tensor]
        var views: [String: Tensor]
    }

    static let expected = Result {
        try JSONDecoder().decode(Expected.self, from: Data(contentsOf: URL(filePath: path("values.json"))))
    }
}

@Suite("Files of torch.save")
struct PyTorchFileTests {
    private func check(
        _ file: PyTorchFile, _ expected: [String: TorchFixture.Expected.Tensor], prefix: String = ""
    ) throws {
        #expect(Set(file.tensors.map(\.name)).isSuperset(of: expected.keys.map { prefix + $0 }))
        for tensor in file.tensors {
            guard let wanted = expected[String(tensor.name.dropFirst(prefix.count))] else { continue }
            #expect(tensor.shape == wanted.shape, "\(tensor.name)")
            let values = try file.values(of: tensor)
            #expect(values.map(\.bitPattern) == wanted.values.map(\.bitPattern), "\(tensor.name)")
        }
    }

    @Test(arguments: ["1.13", "2.2", "2.6", "2.13", "2.15"])
    func `every version of PyTorch writes what is read`(version: String) throws {
        let file = try PyTorchFile(path: TorchFixture.path("state_\(version).pt"))
        #expect(file.tensors.count == 10)
        #expect(file.tensors.allSatisfy { $0.type == .float32 })
        #expect(file.notes.isEmpty)
        try check(file, TorchFixture.expected.get().state)
    }

    @Test(arguments: [PyTorchType.float16, .bfloat16, .float64])
    func `other floating-point types are converted`(type: PyTorchType) throws {
        let file = try PyTorchFile(path: TorchFixture.path("state_\(type).pt"))
        #expect(file.tensors.count == 10 && file.tensors.allSatisfy { $0.type == type })
        try check(file, TorchFixture.expected.get().state)
    }

    private static let place = #"The weights are read from "state_dict"."#

    @Test(arguments: [
        (
            "checkpoint.pt", "",
            [
                place,
                #"These values of the file are not read: "epoch", "loss", "note", "optimizer", "done", "best", "seeds"."#,
            ]
        ),
        (
            "lightning.ckpt", "model.",
            [
                place,
                #"These values of the file are not read: "epoch", "global_step", "pytorch-lightning_version", "#
                    + #""loops", "hyper_parameters"."#,
            ]
        ),
        ("parameters.pt", "", []), ("protocol4.pt", "", []),
    ])
    func `checkpoints have their weights in a dictionary`(name: String, prefix: String, notes: [String])
        throws
    {
        let file = try PyTorchFile(path: TorchFixture.path(name))
        #expect(file.notes == notes)
        #expect(file.tensors.count == 10)
        try check(file, TorchFixture.expected.get().state, prefix: prefix)
    }

    @Test func `strides, offsets and shared storages`() throws {
        let file = try PyTorchFile(path: TorchFixture.path("views.pt"))
        #expect(file.tensors.count == 10)
        try check(file, TorchFixture.expected.get().views)
        let step = try #require(file.tensors.first { $0.name == "step" })
        #expect(step.type == .int64 && step.shape == [])
        #expect(throws: PyTorchFileError.self) { try file.values(of: step) }
    }

    @Test(arguments: [
        ("whole_module.pt", "a Python class in place of weights", "__main__.Net"),
        ("legacy.pt", "a file in the format of PyTorch before 1.6", "magic number"),
        ("script.pt", "a TorchScript archive", "constants.pkl"),
        ("expanded.pt", "tensors that repeat their numbers", "offset 0, 1 sizes [1000], strides [0]"),
        ("complex.pt", "a Python object that is not read", "torch.ComplexFloatStorage"),
        ("list.pt", "no dictionary of tensors", "another value"),
    ])
    func `other files are refused by name`(name: String, reason: String, found: String) {
        let error = #expect(throws: PyTorchFileError.self) {
            try PyTorchFile(path: TorchFixture.path(name))
        }
        #expect(error?.reason.description == reason)
        #expect(error?.found.contains(found) == true, "\(error?.found ?? "")")
        #expect(error?.exitStatus == .badData)
    }
}

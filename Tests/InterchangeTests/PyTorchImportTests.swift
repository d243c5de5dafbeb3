import Foundation
import NeuralNetworks
import Platform
import Safetensors
import TestSupport
import Testing

@testable import Interchange

@Suite("Models imported from PyTorch")
struct PyTorchImportTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Writes the parameters of a model as PyTorch would, with other prefixes, and returns the path.
    private func write(
        _ model: SequenceModel, stack: String, linear: String,
        change: (inout [String: [Int]]) -> Void = { _ in }
    ) throws -> (path: String, parameters: [Float]) {
        let parameters = model.initialParameters(seed: 7).elements
        var shapes: [String: [Int]] = [:]
        var values: [String: [Float]] = [:]
        for parameter in model.layout.parameters {
            let own = String(parameter.name.drop { $0 != "." }.dropFirst())
            let name = (parameter.name.hasPrefix("fc.") ? linear : stack) + own
            shapes[name] = parameter.shape
            values[name] = Array(parameters[parameter.range])
        }
        change(&shapes)
        var writer = SafetensorsWriter()
        for (name, shape) in shapes {
            let count = shape.reduce(1, *)
            let numbers = values[name] ?? []
            writer.add(
                name, shape: shape, numbers.count == count ? numbers : [Float](repeating: 0.5, count: count))
        }
        let path = directory.file("model.safetensors")
        try writer.write(to: path)
        return (path, parameters)
    }

    struct Case: CustomTestStringConvertible {
        var cell: RecurrentCell
        var layers: Int
        var bidirectional: Bool
        var bias: BiasStyle = .pytorch
        var readout: Readout
        var prefixes = ("", "fc.")

        var model: SequenceModel {
            SequenceModel(
                RecurrentStack(
                    cell, inputSize: 3, hiddenSize: 5, numLayers: layers, bias: bias,
                    bidirectional: bidirectional),
                sequenceLength: 7, classCount: 4, readout: readout)
        }

        var testDescription: String { "\(cell.rawValue) \(layers) \(bidirectional) \(readout) \(prefixes)" }
    }

    @Test(arguments: [
        Case(cell: .lstm, layers: 2, bidirectional: true, readout: .all, prefixes: ("lstm.", "fc.")),
        Case(
            cell: .lstm, layers: 1, bidirectional: false, readout: .last,
            prefixes: ("module.rnn.", "module.out.")),
        Case(
            cell: .gru, layers: 3, bidirectional: true, readout: .final, prefixes: ("model.a.b.", "model.fc.")
        ),
        Case(
            cell: .gru, layers: 1, bidirectional: false, bias: .none, readout: .mean, prefixes: ("0.", "2.")),
        Case(cell: .rnnTanh, layers: 2, bidirectional: false, readout: .all, prefixes: ("", "head.")),
        Case(
            cell: .rnnReLU, layers: 1, bidirectional: true, readout: .all,
            prefixes: ("_orig_mod.rnn.", "_orig_mod.fc.")),
    ])
    func `names and shapes give the model, and every bit of the weights is kept`(_ wanted: Case) throws {
        let model = wanted.model
        let (path, parameters) = try write(model, stack: wanted.prefixes.0, linear: wanted.prefixes.1)
        let choices = WeightChoices(
            readout: wanted.readout == .all ? nil : wanted.readout,
            activation: wanted.cell == .rnnReLU ? .relu : nil, steps: wanted.readout == .all ? nil : 7)
        let imported = try ImportedModel(weights: path, choices)
        #expect(imported.model == model)
        #expect(imported.parameters.map(\.bitPattern) == parameters.map(\.bitPattern))
        #expect(imported.notes.count == (wanted.cell == .rnnTanh ? 1 : 0))
    }

    @Test func `facts that weights do not show are assumed and noted`() throws {
        let model = Case(cell: .rnnTanh, layers: 1, bidirectional: true, readout: .last).model
        let (path, _) = try write(model, stack: "rnn.", linear: "fc.")
        let imported = try ImportedModel(weights: path)
        #expect(imported.model.readout == .last && imported.model.sequenceLength == 3)
        #expect(imported.model.stack.cell == .rnnTanh)
        #expect(imported.notes.count == 3)
        #expect(imported.notes[0].contains("tanh is assumed"))
        #expect(imported.notes[1].contains("last is assumed"))
        #expect(imported.notes[2].contains("3 is assumed"))
    }

    @Test func `the tutorial's model has PyTorch's scores on 128 images`() throws {
        let fixture = try SafetensorsFile(path: Fixtures.path("mnist_bilstm_f32.safetensors"))
        var writer = SafetensorsWriter()
        for tensor in fixture.tensors where tensor.name.hasPrefix("param0.") {
            writer.add(
                "model." + tensor.name.dropFirst(7), shape: tensor.shape,
                try fixture.values(of: tensor.name, as: Float.self))
        }
        let path = directory.file("tutorial.safetensors")
        try writer.write(to: path)
        let imported = try ImportedModel(weights: path)
        #expect(imported.notes.isEmpty)
        #expect(imported.model.sequenceLength == 28 && imported.model.classCount == 10)
        let images: [UInt8] = try fixture.values(of: "images_u8")
        let expected: [Float] = try fixture.values(of: "logits0", shape: [128, 10])
        let predictor = imported.predictor
        for index in 0..<128 {
            let scores = predictor.outputs(Array(images[index * 784..<(index + 1) * 784]))
            for (score, wanted) in zip(scores, expected[index * 10..<(index + 1) * 10]) {
                #expect(abs(score - wanted) <= 1e-4, "image \(index): \(score), expected \(wanted)")
            }
        }
    }

    @Test(arguments: [
        "state_1.13.pt", "state_2.15.pt", "state_bfloat16.pt", "lightning.ckpt", "checkpoint.pt",
    ])
    func `a file of torch-save has PyTorch's scores`(name: String) throws {
        struct Values: Decodable {
            struct Model: Decodable {
                var input: [Float]
                var scores: [Float]
            }
            var model: Model
        }
        let folder = Repository.path("Tests/PyTorchFilesTests/Fixtures/")
        let values = try JSONDecoder().decode(
            Values.self, from: Data(contentsOf: URL(filePath: folder + "/values.json"))
        ).model
        let imported = try ImportedModel(
            weights: folder + "/" + name, WeightChoices(readout: .last, steps: 4))
        #expect(imported.model.stack.cell == .gru && imported.model.stack.bidirectional)
        let predictor = imported.predictor
        for sequence in 0..<2 {
            let scores = predictor.outputs(Array(values.input[sequence * 12..<(sequence + 1) * 12]))
            for (score, wanted) in zip(scores, values.scores[sequence * 5..<(sequence + 1) * 5]) {
                #expect(abs(score - wanted) <= 1e-5, "\(score), expected \(wanted)")
            }
        }
    }

    @Test(
        arguments: [
            ("embedding", [("emb.weight", [9, 3])], [], "other layers", "emb.weight"),
            (
                "second linear layer", [("fc2.weight", [2, 4]), ("fc2.bias", [2])], [], "other layers",
                "fc2.bias"
            ),
            (
                "second stack", [("rnn2.weight_ih_l0", [20, 3])], [], "several recurrent layers",
                "rnn2.weight_ih_l0"
            ),
            ("projection", [("rnn.weight_hr_l0", [2, 5])], [], "with projections", "rnn.weight_hr_l0"),
            ("cell", [("cell.weight_ih", [20, 3])], [], "cells of single steps", "cell.weight_ih"),
            (
                "rows", [("rnn.weight_hh_l0", [15, 4])], [], "a wrong number of rows",
                "15 rows for hidden size 4"
            ),
            ("missing bias", [], ["rnn.bias_hh_l1"], "missing: \"rnn.bias_hh_l1\"", "fit together"),
            ("missing layer", [], ["rnn.weight_hh_l1"], "left over", "rnn.weight_ih_l1"),
            ("shape", [("rnn.bias_hh_l0", [19])], [], "of another shape", "rnn.bias_hh_l0 [19] for [20]"),
            ("no linear layer", [], ["fc.weight", "fc.bias"], "no linear layer", "recurrent layers alone"),
            ("linear size", [("fc.weight", [4, 12])], [], "does not fit the recurrent layers", "12"),
            ("scale", [("fc.scale", [4])], [], "left over", "fc.scale"),
        ] as [(String, [(String, [Int])], [String], String, String)])
    func `other models are refused, and the tensors are listed`(
        name: String, added: [(String, [Int])], removed: [String], reason: String, found: String
    ) throws {
        let model = Case(cell: .lstm, layers: 2, bidirectional: false, readout: .all).model
        let (path, _) = try write(model, stack: "rnn.", linear: "fc.") { shapes in
            for (name, shape) in added { shapes[name] = shape }
            for name in removed { shapes[name] = nil }
        }
        let error = #expect(throws: ImportError.self) { try ImportedModel(weights: path) }
        let text = error?.description ?? ""
        #expect(text.contains(reason) && text.contains(found), "\(text)")
        #expect(error?.exitStatus == .badData)
    }

    @Test(
        arguments: [
            ("# Notes\non models", "a file that begins with \"# Notes\""), ("", "an empty file"),
            ("딥 순환 신경망", #"a file that begins with "딥 순환 신""#),
            ("\u{1}\u{2}\u{3}", "a file that begins with the bytes 0x01 0x02 0x03"),
        ])
    func `a file of another kind is an error that names the kinds that can be imported`(
        content: String, found: String
    ) throws {
        let path = directory.file("notes")
        try Data(content.utf8).write(to: URL(filePath: path))
        let error = #expect(throws: ImportError.self) { try ImportedModel(file: path) }
        #expect(error?.problem == .otherKind(found: found))
        let text = error?.description ?? ""
        #expect(
            text.contains("expected a safetensors file, a file of torch.save or an ONNX file, found \(found)")
                && text.contains("torch.save(model.state_dict()") && !text.contains("checkpoint"), "\(text)")
        // A safetensors file that was cut off is damaged.
        try Data([100, 0, 0, 0, 0, 0, 0, 0] + Array(#"{"a":"#.utf8)).write(to: URL(filePath: path))
        #expect(throws: SafetensorsError.self) { try ImportedModel(file: path) }
    }

    @Test func `a directory and a FIFO are errors of the file, and are not waited for`() throws {
        let fifo = directory.file("fifo.pt")
        try #require(mkfifo(fifo, 0o600) == 0)
        for (path, found) in [(directory.path, "a directory"), (fifo, "a FIFO")] {
            let error = #expect(throws: ImportError.self) { try ImportedModel(file: path) }
            #expect(error?.problem == .notAFile(found: found) && error?.exitStatus == .badData)
        }
        #expect(throws: FileError.self) { try ImportedModel(file: directory.file("none")) }
    }

    @Test func `weights that are not finite are refused`() throws {
        let model = Case(cell: .lstm, layers: 1, bidirectional: false, readout: .last).model
        var writer = SafetensorsWriter()
        for parameter in model.layout.parameters {
            var values = [Float](repeating: 0.5, count: parameter.range.count)
            if parameter.name == "lstm.bias_hh_l0" { values[3] = .nan }
            writer.add(parameter.name, shape: parameter.shape, values)
        }
        let path = directory.file("nan.safetensors")
        try writer.write(to: path)
        let error = #expect(throws: ImportError.self) { try ImportedModel(weights: path) }
        #expect(error?.problem == .notFinite("lstm.bias_hh_l0"))
    }

    @Test func `choices that do not fit are refused`() throws {
        let model = Case(cell: .gru, layers: 1, bidirectional: true, readout: .all).model
        let (path, _) = try write(model, stack: "gru.", linear: "fc.")
        for choices in [
            WeightChoices(readout: .last), WeightChoices(readout: .all, steps: 8),
            WeightChoices(activation: .tanh),
        ] {
            #expect(throws: ImportError.self, "\(choices)") { try ImportedModel(weights: path, choices) }
        }
        #expect(try ImportedModel(weights: path, WeightChoices(steps: 7)).model == model)
    }
}

extension ImportedModel {
    fileprivate var predictor: SequencePredictor {
        let buffer = FloatBuffer(count: parameters.count)
        buffer.assign(parameters)
        return SequencePredictor(model: model, parameters: buffer)
    }
}

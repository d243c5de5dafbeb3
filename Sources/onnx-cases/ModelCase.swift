import Datasets
import Interchange
import NeuralNetworks
import Platform
import Randomness
import Safetensors
import Training

/// A model with its parameters, from which an ONNX file and outputs are written.
struct ModelCase {
    let name: String
    let model: SequenceModel
    let parameters: [Float]
    private var opset = ONNXExport.defaultOpset
    private var lengths = false
    private var softmax = false
    /// Whether the inputs are MNIST's test images.
    private var readsImages = true

    init(_ name: String, _ model: SequenceModel, parameters: [Float]) {
        (self.name, self.model, self.parameters) = (name, model, parameters)
    }

    /// Creates a case with random parameters, larger than initial ones so that gates are far from their middle.
    private init(_ name: String, _ model: SequenceModel) {
        var generator = SplitMix64(UInt64(model.layout.count))
        // The states of an RNN with ReLU grow without limit if the weights are larger than initial ones.
        let bound = (model.stack.cell == .rnnReLU ? 1 : 2) / Float(model.stack.hiddenSize).squareRoot()
        self.init(
            name, model,
            parameters: (0..<model.layout.count).map { _ in generator.nextSymmetric(bound: bound) })
    }

    /// All cells and directions with all readouts, of images and of sequences of any length.
    static let all: [ModelCase] = RecurrentCell.allCases.flatMap { cell in
        [false, true].flatMap { bidirectional in
            Readout.ofSequences.map { images(cell, bidirectional, $0) }
                + Readout.allCases.filter { $0 != .all }.map { sequences(cell, bidirectional, $0) }
        }
    }.enumerated().map { index, example in
        var example = example
        let opsets = Array(ONNXExport.opsets)
        example.opset = opsets[index % opsets.count]
        return example
    }

    /// All readouts in operator sets in which their nodes differ, with probabilities and without sequence lengths.
    static let options: [ModelCase] = Readout.allCases.enumerated().flatMap { row, readout in
        [9, 10, 13, 18, 22].enumerated().map { column, opset in
            let cell = RecurrentCell.allCases[(row + column) % RecurrentCell.allCases.count]
            let stack = RecurrentStack(
                cell, inputSize: 5, hiddenSize: 7, numLayers: 2,
                bidirectional: (row + column).isMultiple(of: 2))
            let model =
                readout == .all
                ? SequenceModel(stack, sequenceLength: longest, classCount: 4, readout: readout)
                : SequenceModel(stack, classCount: 4, readout: readout)
            var example = ModelCase("softmax-\(cell.rawValue)-\(readout)-\(opset)", model)
            (example.opset, example.softmax, example.readsImages) = (opset, true, false)
            return example
        }
    }

    private static func images(
        _ cell: RecurrentCell, _ bidirectional: Bool, _ readout: Readout
    ) -> ModelCase {
        let stack = RecurrentStack(
            cell, inputSize: 28, hiddenSize: 12, numLayers: bidirectional ? 2 : 3,
            bidirectional: bidirectional)
        return ModelCase(
            "images-\(cell.rawValue)-\(bidirectional ? 2 : 1)-\(readout)",
            SequenceModel(stack, sequenceLength: 28, classCount: 10, readout: readout))
    }

    private static func sequences(
        _ cell: RecurrentCell, _ bidirectional: Bool, _ readout: Readout
    ) -> ModelCase {
        let stack = RecurrentStack(
            cell, inputSize: 5, hiddenSize: 7, numLayers: 2, bias: bidirectional ? .keras : .none,
            bidirectional: bidirectional)
        var model =
            readout == .last
            ? SequenceModel(stack, valueCount: 3, activation: .sigmoid, readout: readout)
            : SequenceModel(stack, classCount: 4, readout: readout)
        switch readout {
        case .each: model = model.readingSymbols()
        case .mean:
            model = model.normalized(
                by: .init(mean: [0.5, -1, 0.25, 0, 2], deviation: [2, 0.5, 0.75, 1, 3]))
        default: break
        }
        var example = ModelCase("sequences-\(cell.rawValue)-\(bidirectional ? 2 : 1)-\(readout)", model)
        (example.lengths, example.readsImages) = (true, false)
        return example
    }

    // MARK: Files

    /// Writes the ONNX file, and the inputs and outputs. The inputs of a model of images are MNIST's test images, which are
    /// not written again.
    func write(_ images: LabeledImages, to directory: String) throws {
        var export = ONNXExport(model)
        (export.opset, export.lengths, export.softmax) = (opset, lengths, softmax)
        try export.write(parameters: parameters, to: FilePath.join(directory, name + ".onnx"))
        var tensors = SafetensorsWriter()
        let buffer = FloatBuffer(count: parameters.count)
        buffer.assign(parameters)
        let predictor = SequencePredictor(model: model, parameters: buffer)
        if !readsImages {
            addSequences(predictor, to: &tensors)
        } else {
            let size = images.rows * images.columns
            let outputs = (0..<images.count).flatMap { index in
                predictor.outputs(Array(images.pixels[index * size..<(index + 1) * size]))
            }
            tensors.add("outputs", shape: [images.count, model.output.count], outputs)
        }
        try tensors.write(to: FilePath.join(directory, name + ".safetensors"))
    }

    /// The greatest number of steps of a sequence.
    private static let longest = 11

    /// Adds sequences of 1 to 11 steps, or of 11 steps for a graph without sequence lengths, padded with random numbers, and their outputs, padded with zeros.
    private func addSequences(_ predictor: SequencePredictor, to tensors: inout SafetensorsWriter) {
        let (count, longest) = (37, Self.longest)
        let (features, outputs) = (model.stack.inputSize, model.output.count)
        let steps = (0..<count).map { lengths ? $0 * 5 % longest + 1 : longest }
        var generator = SplitMix64(1)
        let symbols = (0..<count * longest).map { _ in Int(generator.next() % UInt64(features)) }
        let numbers = (0..<count * longest * features).map { _ in generator.nextSymmetric(bound: 2) }
        let rows = model.readout == .each ? longest : 1
        var found = [Float](repeating: 0, count: count * rows * outputs)
        for (index, length) in steps.enumerated() {
            let start = index * longest
            let result =
                model.readsSymbols
                ? predictor.outputs(symbols: Array(symbols[start..<start + length]))
                : predictor.outputs(Array(numbers[start * features..<(start + length) * features]))
            found.replaceSubrange(
                index * rows * outputs..<index * rows * outputs + result.count,
                with: softmax ? probabilities(result) : Array(result))
        }
        if lengths { tensors.add("lengths", shape: [count], steps.map { Int32($0) }) }
        if model.readsSymbols {
            tensors.add("symbols", shape: [count, longest], symbols.map { Int64($0) })
        } else {
            tensors.add("input", shape: [count, longest, features], numbers)
        }
        tensors.add(
            "outputs", shape: model.readout == .each ? [count, rows, outputs] : [count, outputs], found)
    }

    /// Returns the probabilities of the classes for each output (…, C) of scores.
    private func probabilities(_ scores: some Collection<Float>) -> [Float] {
        let scores = Array(scores)
        return stride(from: 0, to: scores.count, by: model.classCount).flatMap { start in
            Softmax.probabilities(Array(scores[start..<start + model.classCount])).map { Float($0) }
        }
    }
}

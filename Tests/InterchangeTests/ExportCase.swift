import Interchange
import NeuralNetworks
import Randomness
import Testing
import Training

/// A model with random parameters and sequences, of sizes that all differ.
struct ExportCase: Sendable, CustomStringConvertible {
    let model: SequenceModel
    var opset = 16
    var softmax = false
    /// Whether the sequences of a batch have different numbers of steps.
    var lengths = false

    static let (features, hidden, longest, batch) = (3, 4, 6, 5)

    /// All cells, directions and readouts. The other options follow from the place in the list, so that each value of each
    /// option occurs with each cell.
    static let all: [ExportCase] = RecurrentCell.allCases.enumerated().flatMap { place, cell in
        [false, true].flatMap { bidirectional in
            Readout.allCases.flatMap { readout in
                [false, true].compactMap { isFixed -> ExportCase? in
                    guard isFixed ? readout != .each : readout != .all else { return nil }
                    return ExportCase(cell, bidirectional, readout, isFixed: isFixed, place)
                }
            }
        }
    }.enumerated().map { index, example in
        var example = example
        example.opset = [9, 16, 10, 18, 13, 22, 11, 17][index % 8]
        return example
    }

    private init(
        _ cell: RecurrentCell, _ bidirectional: Bool, _ readout: Readout, isFixed: Bool, _ place: Int
    ) {
        let kind =
            place + Readout.allCases.firstIndex(of: readout)! + (bidirectional ? 1 : 0) + (isFixed ? 2 : 0)
        let stack = RecurrentStack(
            cell, inputSize: Self.features, hiddenSize: Self.hidden, numLayers: kind % 3 + 1,
            bias: BiasStyle.allCases[kind % 3], bidirectional: bidirectional)
        let activation: SequenceModel.Activation = kind % 4 == 0 ? .sigmoid : .none
        if isFixed {
            model =
                kind % 2 == 0
                ? SequenceModel(
                    stack, sequenceLength: Self.longest, valueCount: 2, activation: activation,
                    readout: readout)
                : SequenceModel(stack, sequenceLength: Self.longest, classCount: 7, readout: readout)
        } else {
            let plain =
                kind % 2 == 0
                ? SequenceModel(stack, valueCount: 2, activation: activation, readout: readout)
                : SequenceModel(stack, classCount: 7, readout: readout)
            switch kind % 3 {
            case 0: model = plain
            case 1: model = plain.readingSymbols()
            default:
                model = plain.normalized(by: .init(mean: [0.5, -1, 0.25], deviation: [2, 0.5, 0.75]))
            }
            lengths = kind % 5 != 0
        }
        softmax = model.classCount > 0 && kind % 3 == 0
    }

    init(_ model: SequenceModel) { self.model = model }

    var export: ONNXExport {
        var export = ONNXExport(model)
        (export.opset, export.softmax, export.lengths) = (opset, softmax, lengths)
        return export
    }

    /// Parameters of all signs, twice as large as initial ones, so that gates are far from their middle.
    var parameters: [Float] {
        var generator = SplitMix64(7)
        return (0..<model.layout.count).map { _ in generator.nextSymmetric(bound: 0.9) }
    }

    /// The number of steps of each sequence of a batch.
    var steps: [Int] {
        (0..<Self.batch).map { lengths ? [3, Self.longest, 1, 4, 2][$0] : Self.longest }
    }

    /// The batch, padded with other numbers: (N, L, D), or the symbols (N, L).
    var input: GraphValue {
        var generator = SplitMix64(8)
        return .of([Self.batch, Self.longest] + (model.readsSymbols ? [] : [Self.features])) { _ in
            let number = Double(generator.nextSymmetric(bound: 1.5))
            return model.readsSymbols ? abs(number * 1.99).rounded(.down) : number
        }
    }

    /// The inputs of the graph.
    var inputs: [String: GraphValue] {
        var inputs = [model.readsSymbols ? ONNXExport.Name.symbols : ONNXExport.Name.input: input]
        if lengths {
            inputs[ONNXExport.Name.lengths] = GraphValue([Self.batch], steps.map { Double($0) })
        }
        return inputs
    }

    /// The outputs of the model for each sequence, without the padding; after softmax if the graph has it.
    func expected() -> [[Float]] {
        let buffer = FloatBuffer(count: parameters.count)
        buffer.assign(parameters)
        let predictor = SequencePredictor(model: model, parameters: buffer)
        let size = Self.longest * (model.readsSymbols ? 1 : Self.features)
        return steps.enumerated().map { index, count in
            let row = input.values[index * size..<index * size + size / Self.longest * count]
            let outputs =
                model.readsSymbols
                ? predictor.outputs(symbols: row.map { Int($0) }) : predictor.outputs(row.map { Float($0) })
            guard softmax else { return Array(outputs) }
            return stride(from: 0, to: outputs.count, by: model.classCount).flatMap { start in
                Softmax.probabilities(Array(outputs[start..<start + model.classCount])).map { Float($0) }
            }
        }
    }

    /// Returns the outputs of a graph for each sequence, without the outputs of its padding.
    func outputs(of graph: GraphValue) -> [[Double]] {
        let size = graph.values.count / Self.batch
        return steps.enumerated().map { index, count in
            let used = model.hasStepOutputs ? size / Self.longest * count : size
            return Array(graph.values[index * size..<index * size + used])
        }
    }

    var description: String {
        "\(model.stack.cell), \(model.stack.directions) directions, \(model.readout), \(model.output), opset \(opset)"
            + (lengths ? ", lengths" : "") + (model.readsSymbols ? ", symbols" : "")
    }
}

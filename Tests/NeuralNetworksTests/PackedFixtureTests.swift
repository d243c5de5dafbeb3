import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

/// The engine on sequences of different lengths against PyTorch's packed sequences, in double precision; see
/// Scripts/packed_fixture.py.
@Suite("Packed sequences of PyTorch")
struct PackedFixtureTests {
    /// One case of the fixture.
    private struct Case: Decodable {
        let cell: RecurrentCell
        let hidden, layers: Int
        let bidirectional: Bool
        let readout: Readout
        let classes, values: Int?
        let weights, classWeights: [Float]?
        let labelSmoothing: Double?

        var model: SequenceModel {
            let stack = RecurrentStack(
                cell, inputSize: 3, hiddenSize: hidden, numLayers: layers, bidirectional: bidirectional)
            if let classes { return SequenceModel(stack, classCount: classes, readout: readout) }
            return SequenceModel(stack, valueCount: values!, readout: readout)
        }
    }

    @Test(arguments: InstructionSet.available)
    func `outputs, loss and every gradient equal PyTorch's`(_ set: InstructionSet) throws {
        let fixture = try Fixture("sequences/packed")
        func decoded<Value: Decodable>(_ key: String) throws -> Value {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Value.self, from: Data(#require(fixture.file.metadata[key]).utf8))
        }
        let lengths: [Int] = try decoded("lengths")
        let cases: [Case] = try decoded("cases")
        #expect(cases.count == 7)
        for (index, test) in cases.enumerated() {
            var problem = LengthsProblem(test.model, lengths: lengths)
            problem.setValues(try fixture.floats("\(index).input"), try fixture.doubles("\(index).targets"))
            problem.weights = test.weights
            problem.classWeights = test.classWeights
            problem.labelSmoothing = test.labelSmoothing ?? 0
            let layout = test.model.layout
            let engine = problem.engine(set)
            engine.parameters.assign(try fixture.parameters("\(index).", layout).map { Float($0) })
            engine.parametersChanged()

            let outputs = problem.outputs(engine)
            let what = "case \(index), \(test.cell), \(test.readout):"
            expectClose(outputs, try fixture.doubles("\(index).outputs"), "\(what) outputs")
            let score = problem.train(engine).score
            expectClose([score.loss], try fixture.doubles("\(index).loss"), "\(what) loss")
            expectClose(
                engine.gradient(), try fixture.parameters("\(index).gradient.", layout), "\(what) gradient")
        }
    }
}

extension LengthsProblem {
    /// Replaces the values of all sequences, [step][D], and the targets, [targets] or [targets][V].
    fileprivate mutating func setValues(_ numbers: [Float], _ goals: [Double]) {
        let size = model.stack.inputSize
        var (step, target) = (0, 0)
        for index in 0..<count {
            for place in firstSteps[index]..<firstSteps[index] + Int(lengths[index]) {
                for channel in 0..<size { values[place * size + channel] = numbers[step * size + channel] }
                step += 1
                if model.hasStepOutputs { set(place, &target, goals) }
            }
            if !model.hasStepOutputs { set(index, &target, goals) }
        }
    }

    private mutating func set(_ place: Int, _ target: inout Int, _ goals: [Double]) {
        let width = model.output.count
        if model.classCount > 0 {
            labels[place] = UInt8(goals[target])
        } else {
            for value in 0..<width { targets[place * width + value] = Float(goals[target * width + value]) }
        }
        target += 1
    }
}

import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("A stream of steps")
struct SequenceStreamTests {
    static let problems = VariableLengthTests.problems.filter { !$0.model.stack.bidirectional }

    @Test(arguments: InstructionSet.available, problems)
    func `after each step the outputs are bit-identical to the outputs of the sequence so far`(
        _ set: InstructionSet, _ problem: LengthsProblem
    ) throws {
        var problem = problem
        problem.model = problem.model.normalized(
            by: InputNormalization(mean: [0.25, -0.5, 0], deviation: [2, 0.5, 1]))
        let engine = problem.engine(set)
        let predictor = SequencePredictor(
            model: problem.model, parameters: engine.parameters, instructionSet: set)
        let stream = try predictor.stream()
        let (size, outputs) = (problem.model.stack.inputSize, problem.model.output.count)
        for index in [8, 0, 3, 5] {
            stream.reset()
            let values = problem.elements(index)
            for step in 0..<values.count / size {
                let found = stream.push(Array(values[step * size..<(step + 1) * size]))
                let expected = predictor.outputs(Array(values[..<((step + 1) * size)]))
                #expect(found.map(\.bitPattern) == expected.suffix(outputs).map(\.bitPattern), "step \(step)")
            }
            #expect(stream.stepCount == Int(problem.lengths[index]))
        }
    }

    /// Models of one length can be read step by step, too.
    @Test func `a model of one length streams`() throws {
        let model = SequenceModel(
            RecurrentStack(.lstm, inputSize: 3, hiddenSize: 5), sequenceLength: 4, classCount: 3,
            readout: .final)
        let parameters = model.initialParameters(seed: 1)
        let predictor = SequencePredictor(model: model, parameters: parameters)
        let stream = try predictor.stream()
        let values = randomNumbers(12, seed: 2).map { Float($0) }
        var label = -1
        for step in 0..<4 { label = stream.predict(Array(values[step * 3..<step * 3 + 3])) }
        #expect(label == predictor.predict(values))
    }

    @Test func `a model that needs the whole sequence says why`() {
        let backward = SequenceModel(
            RecurrentStack(.gru, inputSize: 3, hiddenSize: 5, bidirectional: true), classCount: 3)
        let all = SequenceModel(
            RecurrentStack(.gru, inputSize: 3, hiddenSize: 5), sequenceLength: 4, classCount: 3)
        for (model, error) in [(backward, SequenceStreamError.bidirectional), (all, .outputsOfAllSteps)] {
            #expect(throws: error) {
                try SequencePredictor(model: model, parameters: model.initialParameters(seed: 0)).stream()
            }
        }
        #expect("\(SequenceStreamError.bidirectional)".contains("from its end"))
    }

    @Test func `a step of another size traps`() async {
        await #expect(processExitsWith: .failure) {
            let model = SequenceModel(RecurrentStack(.gru, inputSize: 3, hiddenSize: 5), classCount: 3)
            let stream = try SequenceStream(model: model, parameters: model.initialParameters(seed: 0))
            stream.push([1, 2])
        }
    }
}

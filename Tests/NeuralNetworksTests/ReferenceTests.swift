import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("The reference itself")
struct ReferenceTests {
    /// One layer with each bias style, and two layers in both directions with lengths and dropout.
    static let problems = RecurrentCell.allCases.flatMap { cell in
        BiasStyle.allCases.map { bias in
            RecurrentProblem(
                RecurrentStack(cell, inputSize: 3, hiddenSize: 2, bias: bias), batch: 2, steps: 3)
        } + [
            RecurrentProblem(
                RecurrentStack(
                    cell, inputSize: 1, hiddenSize: 2, numLayers: 2, dropout: 0.25, bidirectional: true),
                batch: 2, steps: 3, hasLengths: true)
        ]
    }

    @Test(arguments: problems)
    func `gradients of recurrent layers equal finite differences`(_ problem: RecurrentProblem) {
        let solution = problem.solvedByReference()
        expectSlopes(solution.parameterGradient, \RecurrentProblem.parameters, of: problem, "parameters") {
            $0.objective
        }
        expectSlopes(solution.inputGradient, \.input, of: problem, "input") { $0.objective }
        expectSlopes(solution.hiddenGradient, \.hidden, of: problem, "h0") { $0.objective }
        expectSlopes(solution.cellGradient, \.cell, of: problem, "c0") { $0.objective }
    }

    @Test(arguments: [true, false], Readout.ofSequences)
    func `gradients of a classifier equal finite differences`(bidirectional: Bool, _ readout: Readout) {
        let model = SequenceModel(
            RecurrentStack(.lstm, inputSize: 2, hiddenSize: 3, numLayers: 2, bidirectional: bidirectional),
            sequenceLength: 4,
            classCount: 5, readout: readout)
        let images = (0..<3).map { rows(randomNumbers(8, seed: 20 + $0), 4) }
        let parameters = model.layout.arrays(randomNumbers(model.layout.count, seed: 9, bound: 0.7))
        let problem = Varied(reference: ReferenceModel(model: model, parameters: parameters))
        let result = problem.reference.run(images, labels: [4, 0, 4])
        expectSlopes(model.layout.flat(result.gradient), \Varied.parameters, of: problem, "parameters") {
            $0.reference.run(images, labels: [4, 0, 4], gradients: false).loss
        }
    }

    @Test(arguments: SequenceModel.Activation.allCases, Readout.ofSequences)
    func `gradients of a regressor equal finite differences`(
        _ activation: SequenceModel.Activation, _ readout: Readout
    ) {
        let model = SequenceModel(
            RecurrentStack(.gru, inputSize: 2, hiddenSize: 3, numLayers: 2), sequenceLength: 4,
            valueCount: 3, activation: activation, readout: readout)
        let sequences = (0..<3).map { rows(randomNumbers(8, seed: 20 + $0), 4) }
        let targets = rows(randomNumbers(9, seed: 8), 3)
        let parameters = model.layout.arrays(randomNumbers(model.layout.count, seed: 9, bound: 0.7))
        let problem = Varied(reference: ReferenceModel(model: model, parameters: parameters))
        let result = problem.reference.run(sequences, targets: targets)
        expectSlopes(model.layout.flat(result.gradient), \Varied.parameters, of: problem, "parameters") {
            $0.reference.run(sequences, targets: targets, gradients: false).loss
        }
    }

    private struct Varied {
        var reference: ReferenceModel
        var parameters: [Double] {
            get { reference.model.layout.flat(reference.parameters) }
            set { reference.parameters = reference.model.layout.arrays(newValue) }
        }
    }

    /// PyTorch computed these numbers in double precision and stored them in single precision.
    @Test
    func `MNIST scores and the first Adam step equal PyTorch's`() throws {
        let data = try Fixture("mnist_bilstm_f32")
        let expected = try Fixture("mnist_bilstm_ref64")
        let layout = ClassifierFixtureTests.model.layout
        var parameters = layout.arrays(try data.parameters("param0.", layout))
        let bytes = try data.file.values(of: "images_u8", as: UInt8.self)
        let images = (0..<3).map { n in
            rows(bytes[n * 784..<(n + 1) * 784].map { Double(Float($0) / 255) }, 28)
        }
        let scores = ReferenceModel(model: ClassifierFixtureTests.model, parameters: parameters)
            .run(images, labels: [0, 0, 0], gradients: false).scores
        expectClose(
            scores.flatMap { $0 }, Array(try expected.doubles("logits0").prefix(30)), absolute: 1e-8,
            relative: 1e-7,
            "scores")

        var adam = ReferenceAdam(Adam(learningRate: 5e-3))
        adam.step(&parameters, layout.arrays(try expected.parameters("grad0.", layout)))
        expectClose(
            layout.flat(parameters), try expected.parameters("param1.", layout), absolute: 1e-8,
            relative: 1e-7,
            "parameters")
    }
}

/// Expects `gradient` to equal the central differences of `function` for each of the numbers at `place`.
private func expectSlopes<Problem>(
    _ gradient: [Double], _ place: WritableKeyPath<Problem, [Double]>, of problem: Problem, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation, function: (Problem) -> Double
) {
    // The error is about width² (truncation) and 1e-16 / width (rounding).
    let width = 1e-5
    var varied = problem
    let slopes = problem[keyPath: place].indices.map { index in
        let number = problem[keyPath: place][index]
        varied[keyPath: place][index] = number + width
        let above = function(varied)
        varied[keyPath: place][index] = number - width
        let below = function(varied)
        varied[keyPath: place][index] = number
        return (above - below) / (2 * width)
    }
    expectClose(gradient, slopes, absolute: 1e-9, relative: 1e-7, what, sourceLocation: sourceLocation)
}

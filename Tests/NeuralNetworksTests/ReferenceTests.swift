import Testing

@testable import NeuralNetworks
@testable import Training

@Suite("The reference itself")
struct ReferenceTests {
    @Test(
        "LSTM gradients are slopes",
        arguments: [
            LSTMProblem(RecurrentStack(.lstm, inputSize: 3, hiddenSize: 2), batch: 2, steps: 4),
            LSTMProblem(
                RecurrentStack(.lstm, inputSize: 2, hiddenSize: 3, numLayers: 2, bias: .none), batch: 1,
                steps: 3),
            LSTMProblem(
                RecurrentStack(.lstm, inputSize: 4, hiddenSize: 3, numLayers: 2, bidirectional: true),
                batch: 2, steps: 5),
            LSTMProblem(
                RecurrentStack(.lstm, inputSize: 1, hiddenSize: 2, numLayers: 3, bidirectional: true),
                batch: 3, steps: 2),
        ])
    func slopes(_ problem: LSTMProblem) {
        let solution = problem.solvedByReference()
        expectSlopes(solution.parameterGradient, \LSTMProblem.parameters, of: problem, "parameters") {
            $0.objective
        }
        expectSlopes(solution.inputGradient, \.input, of: problem, "input") { $0.objective }
        expectSlopes(solution.hiddenGradient, \.hidden, of: problem, "h0") { $0.objective }
        expectSlopes(solution.cellGradient, \.cell, of: problem, "c0") { $0.objective }
    }

    @Test("classifier gradients are slopes", arguments: [true, false])
    func classifierSlopes(bidirectional: Bool) {
        struct Problem {
            var reference: ReferenceClassifier
            var parameters: [Double] {
                get { reference.model.layout.flat(reference.parameters) }
                set { reference.parameters = reference.model.layout.arrays(newValue) }
            }
        }
        let model = SequenceClassifier(
            RecurrentStack(.lstm, inputSize: 2, hiddenSize: 3, numLayers: 2, bidirectional: bidirectional),
            sequenceLength: 4,
            classCount: 5)
        let images = (0..<3).map { rows(randomNumbers(8, seed: 20 + $0), 4) }
        let parameters = model.layout.arrays(randomNumbers(model.layout.count, seed: 9, bound: 0.7))
        let problem = Problem(reference: ReferenceClassifier(model: model, parameters: parameters))
        let result = problem.reference.run(images, labels: [4, 0, 4])
        expectSlopes(model.layout.flat(result.gradient), \Problem.parameters, of: problem, "parameters") {
            $0.reference.run(images, labels: [4, 0, 4], gradients: false).loss
        }
    }

    @Test(
        "PyTorch in double precision", arguments: [1, 2],
        [(true, true), (true, false), (false, true), (false, false)])
    func fixture(layers: Int, variant: (bidirectional: Bool, bias: Bool)) throws {
        let fixture = try Fixture(
            "lstm_l\(layers)_\(variant.bidirectional ? "bi" : "uni")_\(variant.bias ? "bias" : "nobias")_f64")
        let problem = try LSTMProblem(
            fixture, layers: layers, bidirectional: variant.bidirectional, bias: variant.bias)
        let solution = problem.solvedByReference()
        for (name, numbers) in solution.arrays where name != "grad.parameters" {
            expectClose(numbers, try fixture.doubles(name), absolute: 1e-14, relative: 1e-10, name)
        }
        expectClose(
            solution.parameterGradient, try fixture.parameters("grad.", problem.layout), absolute: 1e-14,
            relative: 1e-10, "parameters")
        expectClose([problem.objective], try fixture.doubles("loss"), absolute: 0, relative: 1e-10, "loss")
    }

    /// PyTorch computed these in double precision and stored them in single.
    @Test("PyTorch's MNIST scores, and the first step of its Adam")
    func classifierFixture() throws {
        let data = try Fixture("mnist_bilstm_f32")
        let expected = try Fixture("mnist_bilstm_ref64")
        let layout = ClassifierFixtureTests.model.layout
        var parameters = layout.arrays(try data.parameters("param0.", layout))
        let bytes = try data.file.values(of: "images_u8", as: UInt8.self)
        let images = (0..<3).map { n in
            rows(bytes[n * 784..<(n + 1) * 784].map { Double(Float($0) / 255) }, 28)
        }
        let scores = ReferenceClassifier(model: ClassifierFixtureTests.model, parameters: parameters)
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

/// Whether `gradient` is the slope of `function` by each number at `place`, as central differences have it.
private func expectSlopes<Problem>(
    _ gradient: [Double], _ place: WritableKeyPath<Problem, [Double]>, of problem: Problem, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation, function: (Problem) -> Double
) {
    // Off by about width² (truncation) and 1e-16 / width (rounding).
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

extension LSTMProblem {
    init(_ fixture: Fixture, layers: Int, bidirectional: Bool, bias: Bool) throws {
        let shape = try fixture.shape("input")
        let hiddenSize = try fixture.shape("param.weight_hh_l0")[1]
        self.init(
            RecurrentStack(
                .lstm, inputSize: shape[2], hiddenSize: hiddenSize, numLayers: layers,
                bias: bias ? .pytorch : .none,
                bidirectional: bidirectional), batch: shape[0], steps: shape[1])
        parameters = try fixture.parameters("param.", layout)
        input = try fixture.doubles("input")
        (hidden, cell) = (try fixture.doubles("h0"), try fixture.doubles("c0"))
        outputFactor = try fixture.doubles("R")
        (hiddenFactor, cellFactor) = (try fixture.doubles("S"), try fixture.doubles("U"))
    }
}

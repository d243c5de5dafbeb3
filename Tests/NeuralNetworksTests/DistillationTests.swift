import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Knowledge distillation")
struct DistillationTests {
    /// Images of 6 rows and 9 columns, of 5 classes.
    static let problem = AugmentedTrainingTests.problem
    static let batch = Array(0..<70)

    /// Returns a teacher with another cell and other sizes, for the same images and classes.
    static func teacher(weight: Double = 0.7, temperature: Double = 2) -> Distillation {
        let model = SequenceModel(
            RecurrentStack(.lstm, inputSize: 9, hiddenSize: 11, numLayers: 2), sequenceLength: 6,
            classCount: 5,
            readout: .mean)
        let parameters = model.initialParameters(seed: 8)
        // Initial parameters give nearly equal probabilities.
        parameters.assign(parameters.elements.map { 4 * $0 })
        return Distillation(teacher: model, parameters: parameters, weight: weight, temperature: temperature)
    }

    static func engine(
        _ distillation: Distillation?, smoothing: Double = 0, threads: Int = 1, _ set: InstructionSet = .best
    ) -> SequenceEngine {
        problem.engine(
            Adam(learningRate: 5e-3), labelSmoothing: smoothing, distillation: distillation, threads: threads,
            set)
    }

    /// Returns the result in double precision, computed from the equations.
    private func expected(_ distillation: Distillation) -> ReferenceModel.Result {
        let images = Array(Self.problem.images.prefix(Self.batch.count))
        let labels = Self.problem.labels.map(Int.init)
        let teacher = ReferenceModel(
            model: distillation.teacher,
            parameters: distillation.teacher.layout.arrays(
                distillation.parameters.elements.map(Double.init)))
        let wanted = teacher.run(images, labels: labels, gradients: false).scores
        let (weight, temperature) = (distillation.weight, distillation.temperature)
        func logarithms(_ scores: [Double]) -> [Double] {
            scores.map { $0 - log(scores.reduce(0) { $0 + exp($1) }) }
        }
        return Self.problem.reference().run(images, gradients: true) { index, scores, result in
            let own = logarithms(scores)
            let soft = logarithms(scores.map { $0 / temperature })
            let wanted = logarithms(wanted[index].map { $0 / temperature })
            if scores.firstIndex(of: scores.max()!) == labels[index] { result.correct += 1 }
            let divergence = zip(soft, wanted).reduce(0) { $0 + exp($1.1) * ($1.1 - $1.0) }
            return (
                -(1 - weight) * own[labels[index]] + weight * temperature * temperature * divergence, 1,
                scores.indices.map {
                    (1 - weight) * (exp(own[$0]) - ($0 == labels[index] ? 1 : 0))
                        + weight * temperature * (exp(soft[$0]) - exp(wanted[$0]))
                }
            )
        }
    }

    @Test(
        arguments: InstructionSet.available,
        [(0, 1), (0.7, 2), (1, 5)] as [(Double, Double)])
    func `loss and every gradient equal the reference`(
        set: InstructionSet, _ settings: (weight: Double, temperature: Double)
    ) {
        let distillation = Self.teacher(weight: settings.weight, temperature: settings.temperature)
        let expected = expected(distillation)
        let engine = Self.engine(distillation, set)
        let score = engine.computeGradients(Self.problem, Self.batch)
        #expect(abs(score.loss - expected.loss) < 2e-6)
        #expect(score.correct == expected.correct && score.count == 70)
        let gradient = engine.gradient()
        expectClose(
            gradient, Self.problem.model.layout.flat(expected.gradient), absolute: 1e-6, relative: 2e-5,
            "gradient")
        // A teacher with weight 0 has no effect.
        let plain = Self.engine(nil, set)
        _ = plain.computeGradients(Self.problem, Self.batch)
        #expect((gradient == plain.gradient()) == (settings.weight == 0))
    }

    @Test
    func `evaluation uses only the labels`() {
        let (taught, plain) = (Self.engine(Self.teacher()), Self.engine(nil))
        Self.problem.withSequences { sequences in
            #expect(taught.evaluate(sequences) == plain.evaluate(sequences))
        }
    }

    @Test(arguments: fusedSets, [1, 2, 4])
    func `any number of threads gives the same bytes`(set: InstructionSet, threads: Int) throws {
        func trained(_ engine: SequenceEngine) -> [Score] { AugmentedTrainingTests.trained(engine) }
        let expected = Self.engine(Self.teacher(), smoothing: 0.1, try #require(fusedSets.first))
        let engine = Self.engine(Self.teacher(), smoothing: 0.1, threads: threads, set)
        #expect(trained(engine) == trained(expected))
        expectEqual(engine.bits, expected.bits)
        let plain = Self.engine(nil, smoothing: 0.1)
        #expect(trained(plain) != trained(Self.engine(Self.teacher(), smoothing: 0.1)))
    }

    @Test
    func `the teacher reads the same augmented images as the student`() {
        let (engine, other) = (Self.engine(Self.teacher()), Self.engine(Self.teacher()))
        let bytes = (0..<70).flatMap { index in
            ImageAugmentation.elastic.augmented(
                Array(Self.problem.bytes[index * 54..<(index + 1) * 54]), rows: 6, columns: 9, seed: 5,
                epoch: 1,
                index: index)
        }
        let indices = Self.batch.map(Int32.init)
        Self.problem.withSequences { sequences in
            indices.withUnsafeBufferPointer { indices in
                let score = engine.train(
                    sequences.augmented(by: .elastic, seed: 5, epoch: 1), batch: indices
                ).score
                bytes.withUnsafeBufferPointer { bytes in
                    let before = SequenceSamples(
                        .bytes(bytes.baseAddress!, scale: 1 / 255), targets: sequences.targets, count: 70)
                    #expect(other.train(before, batch: indices).score == score)
                }
            }
        }
        expectEqual(engine.bits, other.bits)
    }

    @Test
    func `a student approaches its teacher`() {
        let distillation = Self.teacher(weight: 1, temperature: 1)
        let engine = Self.engine(distillation)
        let first = engine.train(Self.problem, 0..<150).loss
        for _ in 0..<60 { engine.train(Self.problem, 0..<150) }
        #expect(engine.train(Self.problem, 0..<150).loss < first / 5)
    }

    @Test
    func `a teacher of another shape is rejected`() {
        let teacher = Self.teacher()
        func model(steps: Int = 6, columns: Int = 9, classes: Int = 5) -> SequenceModel {
            SequenceModel(
                RecurrentStack(.gru, inputSize: columns, hiddenSize: 2), sequenceLength: steps,
                classCount: classes)
        }
        #expect(teacher.misfit(of: model()) == nil)
        #expect(
            teacher.misfit(of: model(steps: 7))
                == "expected a teacher for 7 × 9 numbers and 5 classes, found one for 6 × 9 numbers and 5 classes"
        )
        #expect(teacher.misfit(of: model(columns: 8)) != nil)
        #expect(teacher.misfit(of: model(classes: 4)) != nil)
        let values = SequenceModel(
            RecurrentStack(.gru, inputSize: 9, hiddenSize: 2), sequenceLength: 6,
            valueCount: 5)
        #expect(teacher.misfit(of: values) != nil)
    }

    @Test
    func `invalid arguments trap`() async {
        await #expect(processExitsWith: .failure) { _ = DistillationTests.teacher(weight: 1.1) }
        await #expect(processExitsWith: .failure) { _ = DistillationTests.teacher(temperature: 0) }
        await #expect(processExitsWith: .failure) {
            let model = SequenceModel(
                RecurrentStack(.gru, inputSize: 9, hiddenSize: 2), sequenceLength: 6, classCount: 4)
            _ = SequenceEngine(
                model: model, parameters: model.initialParameters(seed: 0),
                distillation: DistillationTests.teacher())
        }
        await #expect(processExitsWith: .failure) {
            let teacher = DistillationTests.teacher()
            _ = SequenceEngine(
                model: teacher.teacher, parameters: teacher.parameters, classWeights: [1, 1, 1, 1, 2],
                distillation: teacher)
        }
    }
}

import Foundation
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Optimization of modules")
struct OptimizationTests {
    static let optimizers: [any Optimizer] = [
        SGD(learningRate: 0.1), SGD(learningRate: 0.1, momentum: 0.9), Adam(), AdamW(weightDecay: 0.3),
        RMSprop(momentum: 0.5),
    ]

    /// Returns an optimization after one ordinary step.
    private func setUp(
        _ optimizer: any Optimizer, _ clipping: GradientClipping
    ) -> (modules: [Numbers], optimization: Optimization) {
        let modules = [Numbers([1, -2, 3]), Numbers((0..<20).map { Float($0) - 4.5 })]
        let optimization = Optimization(of: modules, by: optimizer, clipping: clipping)
        modules[0].gradients.fill([0.5, 0.25, -1])
        modules[1].gradients.fill((0..<20).map { Float($0) / 8 })
        optimization.step()
        return (modules, optimization)
    }

    private func numbers(_ modules: [Numbers], _ optimization: Optimization) -> [Float] {
        modules.flatMap(\.parameters.elements)
            + optimization.states.flatMap { $0.buffers.flatMap(\.values.elements) }
    }

    @Test(
        arguments: 0..<5, [Float.infinity, -.infinity, .nan])
    func `an infinite or undefined norm only sets the gradients to zero`(
        _ optimizer: Int, _ number: Float
    ) {
        for place in [0, 19] {
            let (modules, optimization) = setUp(Self.optimizers[optimizer], .norm(2))
            let before = numbers(modules, optimization)
            modules[0].gradients.fill([1, 1, 1])
            modules[1].gradients.base[place] = number
            #expect(!optimization.step())
            #expect(optimization.gradientNorm?.isFinite == false)
            expectEqual(numbers(modules, optimization), before)
            #expect(optimization.stepCount == 1)
            #expect(modules.allSatisfy { $0.gradients.elements.allSatisfy { $0 == 0 } })
            modules[0].gradients.fill([1, 1, 1])
            #expect(optimization.step())
            #expect(optimization.gradientNorm == 3.0.squareRoot())
        }
    }

    @Test(arguments: [0, 1e-30, 1, .infinity])
    func `a norm of zero causes no division by zero`(_ limit: Double) {
        let modules = [Numbers([1, -2, 3])]
        for optimizer in Self.optimizers where !(optimizer is AdamW) {
            let optimization = Optimization(of: modules, by: optimizer, clipping: .norm(limit))
            #expect(optimization.step())
            #expect(optimization.gradientNorm == 0)
            expectEqual(modules[0].parameters.elements, [1, -2, 3])
            #expect(optimization.stepCount == 1)
        }
    }

    @Test(
        arguments: 0..<5, [Float.infinity, -.infinity, .nan])
    func `without a norm, an infinite or undefined gradient changes nothing`(
        _ optimizer: Int, _ number: Float
    ) {
        for clipping in [GradientClipping.none, .value(0.5)] {
            for place in [0, 19] {
                let (modules, optimization) = setUp(Self.optimizers[optimizer], clipping)
                let before = numbers(modules, optimization)
                modules[0].gradients.fill([1, 1, 1])
                modules[1].gradients.base[place] = number
                // An infinite gradient is clipped like any other.
                let isUsable = clipping == .value(0.5) && number.isInfinite
                #expect(optimization.step() == isUsable)
                #expect((numbers(modules, optimization) == before) == !isUsable)
                #expect(optimization.stepCount == (isUsable ? 2 : 1))
                #expect(numbers(modules, optimization).allSatisfy { $0.isFinite })
                #expect(optimization.gradientNorm == nil)
                #expect(modules.allSatisfy { $0.gradients.elements.allSatisfy { $0 == 0 } })
                modules[0].gradients.fill([1, 1, 1])
                #expect(optimization.step())
            }
        }
    }

    @Test
    func `clipping at a value limits infinity, and a huge gradient is not infinite`() {
        let module = Numbers([1, 2, 3, 4])
        let optimization = Optimization(of: [module], by: SGD(learningRate: 1), clipping: .value(0.5))
        module.gradients.fill([.infinity, -.infinity, 0.25, 0])
        #expect(optimization.step())
        expectEqual(module.parameters.elements, [0.5, 2.5, 2.75, 4])
        let plain = Optimization(of: [module], by: SGD(learningRate: 0.5))
        module.gradients.fill([3e38, 3e38, -3e38, 3e38])
        #expect(plain.step())
        expectEqual(module.parameters.elements, [-1.5e38, -1.5e38, 1.5e38, -1.5e38])
    }

    @Test
    func `a module of many slices is updated like small ones`() {
        let count = 9_000
        let start = (0..<count).map { Float($0 % 71) / 7 - 3 }
        let gradients = (0..<count).map { Float($0 % 97) / 97 - 0.4 }
        let whole = Numbers(start)
        let parts = stride(from: 0, to: count, by: 1_500).map { Numbers(Array(start[$0..<$0 + 1_500])) }
        let optimizations = [[whole], parts].map {
            Optimization(of: $0, by: AdamW(learningRate: 0.1), clipping: .norm(3))
        }
        for _ in 0..<3 {
            whole.gradients.fill(gradients)
            for (index, part) in parts.enumerated() {
                part.gradients.fill(gradients[(index * 1_500)...].prefix(1_500))
            }
            for optimization in optimizations { optimization.step() }
            let norm = gradients.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            for optimization in optimizations {
                expectClose([optimization.gradientNorm ?? .nan], [norm], absolute: 0, relative: 1e-13)
            }
        }
        expectClose(whole.parameters.elements, parts.flatMap(\.parameters.elements), absolute: 1e-6)
    }

    @Test
    func `a layer in a training loop written by hand learns`() {
        let lstm = LSTM(inputSize: 2, hiddenSize: 3)
        let optimization = Optimization(of: [lstm], by: Adam(learningRate: 0.03), clipping: .norm(1))
        let input = Tensor(shape: [4, 2], [1, 0, -1, 0.5, 0.25, 1, 0, -0.5])
        let target: [Float] = [0.1, -0.2, 0.3, 0.2, 0.1, -0.3, 0, 0.3, 0.2, -0.1, 0.1, 0.4]
        var losses: [Float] = []
        for _ in 0..<150 {
            let pass = lstm.forward(input)
            let errors = zip(pass.output.elements, target).map { $0 - $1 }
            losses.append(errors.reduce(0) { $0 + $1 * $1 })
            pass.backward(Tensor(shape: [4, 3], errors.map { 2 * $0 }))
            optimization.step()
        }
        #expect(losses[149] < 0.02 * losses[0])
    }

    @Test
    func `states have PyTorch's names`() {
        let names = Self.optimizers.map { optimizer in
            OptimizerState(optimizer, count: 5).buffers.map(\.name)
        }
        #expect(
            names == [
                [], ["momentum_buffer"], ["exp_avg", "exp_avg_sq"], ["exp_avg", "exp_avg_sq"],
                ["square_avg", "momentum_buffer"],
            ])
        let state = OptimizerState(Adam(), count: 5)
        #expect(state["exp_avg_sq"] === state.buffers[1].values && state["momentum_buffer"] == nil)
    }

    @Test
    func `optimizers can be stored`() throws {
        func roundTrip<Value: Codable & Hashable>(_ value: Value) throws {
            #expect(try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value)) == value)
        }
        try roundTrip(SGD(learningRate: 0.5, momentum: 0.25, nesterov: true, weightDecay: 0.125))
        try roundTrip(Adam(learningRate: 0.5, beta1: 0.25, beta2: 0.125, epsilon: 2, weightDecay: 3))
        try roundTrip(AdamW(learningRate: 0.5, beta1: 0.25, beta2: 0.125, epsilon: 2, weightDecay: 3))
        try roundTrip(RMSprop(learningRate: 0.5, alpha: 0.25, epsilon: 2, momentum: 3, weightDecay: 4))
        try roundTrip([GradientClipping.none, .norm(0.5), .value(0.25)])
        try roundTrip([
            LearningRateSchedule.constant, .step(epochs: 3, gamma: 0.5),
            .cosine(warmUpEpochs: 0.5, minimum: 0.25),
            .oneCycle(warmUpShare: 0.5, divisor: 3, finalDivisor: 4),
            .reduceOnPlateau(factor: 0.5, patience: 3, threshold: 0.25),
        ])
    }

    @Test
    func `invalid numbers trap`() async {
        await #expect(processExitsWith: .failure) { _ = SGD(nesterov: true) }
        await #expect(processExitsWith: .failure) { _ = AdamW(learningRate: -1) }
        await #expect(processExitsWith: .failure) { _ = Adam(beta2: 1) }
        await #expect(processExitsWith: .failure) { _ = RMSprop(epsilon: .nan) }
        await #expect(processExitsWith: .failure) {
            _ = Optimization(of: [Numbers([1])], by: SGD(), clipping: .norm(-1))
        }
        await #expect(processExitsWith: .failure) {
            let module = Numbers([1])
            _ = Optimization(of: [module, module], by: SGD())
        }
        await #expect(processExitsWith: .failure) {
            _ = ClassifierDropoutTests.problem.engine(SGD(), labelSmoothing: 1.5)
        }
    }
}

@Suite("Learning-rate schedules at their limits")
struct LearningRateScheduleTests {
    static func rates(_ schedule: LearningRateSchedule, _ stepsPerEpoch: Int, _ epochs: Int) -> [Double] {
        (0..<stepsPerEpoch * epochs).map {
            schedule.learningRate(
                base: 0.5, at: TrainingPlace(step: $0, stepsPerEpoch: stepsPerEpoch, epochs: epochs))
        }
    }

    @Test
    func `every length gives finite rates above zero, at most the optimizer's`() {
        for schedule in [
            LearningRateSchedule.constant, .step(epochs: 1), .cosine(), .cosine(warmUpEpochs: 1),
            .cosine(warmUpEpochs: 9), .oneCycle(), .oneCycle(warmUpShare: 0), .oneCycle(warmUpShare: 1),
        ] {
            for (stepsPerEpoch, epochs) in [(1, 1), (1, 2), (2, 1), (1, 10), (10, 1), (3, 4)] {
                for rate in Self.rates(schedule, stepsPerEpoch, epochs) {
                    #expect(rate > 0 && rate <= 0.5, "\(schedule), \(stepsPerEpoch) × \(epochs)")
                }
            }
        }
    }

    @Test
    func `schedules have their shapes`() {
        #expect(Self.rates(.constant, 2, 2) == [0.5, 0.5, 0.5, 0.5])
        #expect(Self.rates(.step(epochs: 1, gamma: 0.5), 2, 3) == [0.5, 0.5, 0.25, 0.25, 0.125, 0.125])
        #expect(Self.rates(.cosine(warmUpEpochs: 1), 3, 2).prefix(4) == [0.125, 0.25, 0.375, 0.5])
        let cycle = Self.rates(.oneCycle(), 10, 10)
        expectClose([cycle[0], cycle[29], cycle[99]], [0.02, 0.5, 2e-6], absolute: 0, relative: 1e-12)
    }

    @Test
    func `a loss of NaN does not count as an improvement`() {
        let schedule = LearningRateSchedule.reduceOnPlateau(patience: 1)
        var plateau = Plateau()
        for loss in [1, .nan, .nan] { schedule.epochEnded(loss: loss, base: 1, &plateau) }
        #expect(plateau.reductions == 1 && plateau.lowest == 1)
        LearningRateSchedule.constant.epochEnded(loss: 0, base: 1, &plateau)
        #expect(plateau.lowest == 1)
    }
}

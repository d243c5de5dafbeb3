import ArgumentParser
import NeuralNetworks

/// One to many: an RNN counts down from a digit to zero.
struct OneToMany: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "one-to-many", abstract: "An RNN counts down from a digit: 3 gives 3 2 1 0 0 0 0 0 0 0.")

    func run() {
        let model = Sequential(
            inputShape: [10], [.repeatVector(10), .simpleRNN(48, returnSequences: true), .dense(10)],
            seed: 1)
        print(model.summary())
        let optimization = Optimization(of: model.modules, by: Adam(learningRate: 5e-3))
        let loss = CrossEntropyLoss()
        let starts = Array(0..<10)
        let input = Tensor(starts.map(oneHot))
        for step in 1...600 {
            let pass = model.forward(input, step: step)
            let cost = loss(pass.output, starts.flatMap(countdown))
            pass.backward(cost.gradient)
            optimization.step()
            if step % 100 == 0 { ExamplePrinter.step(step, cost.value) }
        }
        let guesses = model(input).argmax()
        for start in starts {
            print(start, "→", guesses[start * 10..<(start + 1) * 10].map(String.init).joined(separator: " "))
        }
        ExamplePrinter.exact(starts.map { Array(guesses[$0 * 10..<($0 + 1) * 10]) == countdown($0) })
    }

    private func countdown(_ start: Int) -> [Int] { (0..<10).map { max(0, start - $0) } }
}

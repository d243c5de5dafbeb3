import ArgumentParser
import NeuralNetworks

/// Many to one: a GRU names the greatest of eight digits.
struct ManyToOne: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "many-to-one", abstract: "A GRU learns to name the greatest of eight digits.")

    func run() {
        let model = Sequential(inputShape: [8, 10], [.gru(32), .dense(10)], seed: 1)
        print(model.summary())
        let optimization = Optimization(of: model.modules, by: Adam(learningRate: 5e-3))
        let loss = CrossEntropyLoss()
        var digits = RandomDigits(seed: 1)
        for step in 1...600 {
            let batch = digits.strings(128, length: 8)
            let pass = model.forward(batch.oneHot, step: step)
            let cost = loss(pass.output, batch.strings.map { $0.max()! })
            pass.backward(cost.gradient)
            optimization.step()
            if step % 100 == 0 { ExamplePrinter.step(step, cost.value) }
        }
        let test = digits.strings(2000, length: 8)
        let guesses = model(test.oneHot).argmax()
        ExamplePrinter.exact(zip(guesses, test.strings).map { $0 == $1.max()! })
    }
}

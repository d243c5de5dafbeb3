import ArgumentParser
import NeuralNetworks

/// Many to many: an LSTM says after every digit whether the sum so far is odd.
struct ManyToMany: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "many-to-many", abstract: "An LSTM says after every digit whether the sum so far is odd."
    )

    func run() {
        let model = Sequential(
            inputShape: [12, 10], [.lstm(32, returnSequences: true), .dense(2)], seed: 1)
        print(model.summary())
        let optimization = Optimization(of: model.modules, by: Adam(learningRate: 1e-2))
        let loss = CrossEntropyLoss()
        var digits = RandomDigits(seed: 1)
        for step in 1...600 {
            let batch = digits.strings(128, length: 12)
            let pass = model.forward(batch.oneHot, step: step)
            let cost = loss(pass.output, batch.strings.flatMap(parities))
            pass.backward(cost.gradient)
            optimization.step()
            if step % 100 == 0 { ExamplePrinter.step(step, cost.value) }
        }
        let test = digits.strings(2000, length: 12)
        let guesses = model(test.oneHot).argmax()
        ExamplePrinter.exact(
            test.strings.enumerated().map { index, string in
                Array(guesses[index * 12..<(index + 1) * 12]) == parities(string)
            })
    }

    /// Returns 1 for each digit after which the sum so far is odd, and 0 for the others.
    private func parities(_ digits: [Int]) -> [Int] {
        var sum = 0
        return digits.map { digit in
            sum += digit
            return sum % 2
        }
    }
}

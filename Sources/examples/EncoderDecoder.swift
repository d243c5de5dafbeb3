import ArgumentParser
import NeuralNetworks

/// Sequence to sequence: an encoder reads a string of one to eight digits, and a decoder writes it in reverse.
struct EncoderDecoder: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encoder-decoder", abstract: "Two GRUs learn to write a string of digits in reverse.")

    func run() {
        let model = Reverser()
        let optimization = Optimization(
            of: model.modules, by: Adam(learningRate: 5e-3), clipping: .norm(1))
        var digits = RandomDigits(seed: 1)
        let schedule = LearningRateSchedule.cosine()
        for step in 1...2000 {
            optimization.learningRate = schedule.learningRate(
                base: 5e-3, step: step - 1, stepsPerEpoch: 2000, epochs: 1)
            let cost = model.train(digits.strings(128, lengths: 1...8))
            optimization.step()
            if step % 250 == 0 { ExamplePrinter.step(step, cost) }
        }
        let test = digits.strings(2000, lengths: 1...8)
        let answers = model.answer(test)
        for index in 0..<3 { print(test.strings[index], "→", answers[index]) }
        ExamplePrinter.exact(zip(answers, test.strings).map { $0 == $1.reversed() })
    }
}

private struct Reverser {
    /// The symbol that ends a string; it is also the decoder's first input.
    private static let end = 10
    private let encoder = GRU(inputSize: 10, hiddenSize: 96, batchFirst: true, seed: 1)
    private let decoder = GRU(inputSize: 11, hiddenSize: 96, batchFirst: true, seed: 2)
    private let readout = Linear(inputSize: 96, outputSize: 11, seed: 3)

    var modules: [any Module] { [encoder, decoder, readout] }

    /// Trains on a batch. The decoder reads the correct previous symbols (teacher forcing).
    func train(_ batch: DigitStrings) -> Double {
        let wanted = batch.strings.map { $0.reversed() + [Self.end] }
        let lengths = wanted.map(\.count)
        let read = DigitStrings(wanted.map { [Self.end] + $0.dropLast() }, symbols: 11)

        let encoded = encoder.forward(batch.oneHot, lengths: batch.lengths)
        let decoded = decoder.forward(read.oneHot, state: encoded.state, lengths: lengths)
        let scores = readout.forward(decoded.output)
        let cost = CrossEntropyLoss()(
            scores.output, DigitStrings(wanted, symbols: 11).padded, lengths: lengths)

        let decoderGradient = decoded.backward(scores.backward(cost.gradient))
        encoded.backward(nil, state: decoderGradient.initialState)
        return cost.value
    }

    /// Returns the answers to a batch. The decoder reads the symbol that it has just written.
    func answer(_ batch: DigitStrings) -> [[Int]] {
        var state = encoder(batch.oneHot, lengths: batch.lengths).state
        var symbols = batch.strings.map { _ in Self.end }
        var answers = batch.strings.map { _ in [Int]() }
        for _ in 0..<9 {
            let result = decoder(DigitStrings(symbols.map { [$0] }, symbols: 11).oneHot, state: state)
            state = result.state
            symbols = readout(result.output).argmax()
            for index in answers.indices { answers[index].append(symbols[index]) }
        }
        return answers.map { Array($0.prefix { $0 != Self.end }) }
    }
}

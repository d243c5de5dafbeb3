import ArgumentParser
import Foundation
import NeuralNetworks

/// The recurrence h = tanh(Wx x + Wh h' + b), computed with loops, with a cell and by the layer.
struct RNNByHand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rnn-by-hand",
        abstract: "Ten steps of an RNN with loops, with a cell and by the layer, on NumPy's random numbers.")

    func run() {
        let (steps, features, units) = (10, 4, 8)
        // The random numbers of the Python tutorial, in the same order.
        var random = NumPyRandom(seed: 0)
        let inputs = random.random(steps, features)
        let (wx, wh) = (random.random(units, features), random.random(units, units))
        let b = random.random(units)

        // With loops, in double precision as in NumPy; h starts from zero.
        var hidden = [Double](repeating: 0, count: units)
        var byHand: [[Double]] = []
        for x in inputs {
            hidden = (0..<units).map { tanh(dot(wx[$0], x) + dot(wh[$0], hidden) + b[$0]) }
            byHand.append(hidden)
        }
        print("With loops, in double precision:")
        printRows(byHand)

        // With a cell, which computes one step, and by the layer, which computes all steps at once.
        let rnn = RNN(inputSize: features, hiddenSize: units)
        rnn["weight_ih_l0"] = tensor(wx)
        rnn["weight_hh_l0"] = tensor(wh)
        rnn["bias_ih_l0"] = tensor([b]).slice(0)
        rnn["bias_hh_l0"] = Tensor(shape: [units])
        let cell = RNNCell(of: rnn)
        var state: HiddenState?
        for step in 0..<steps { state = cell(tensor(inputs).slice(step), state) }
        let output = rnn(tensor(inputs)).output
        print("By the layer, in single precision:")
        print(output)

        let difference = zip(byHand.joined(), output.elements).map { abs($0 - Double($1)) }.max()!
        print("shape \(output.shape), greatest difference \(String(format: "%.0e", difference))")
        print("The cell's last state is the layer's: \(state!.hidden == output.slice(steps - 1))")
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map(*).reduce(0, +) }

    private func tensor(_ rows: [[Double]]) -> Tensor { Tensor(rows.map { $0.map(Float.init) }) }

    /// Prints rows of eight numbers with all digits, four numbers to a line, as NumPy does.
    private func printRows(_ rows: [[Double]]) {
        let width = rows.joined().map { "\($0)".count }.max()!
        for (index, row) in rows.enumerated() {
            let texts = row.map { "\($0)".padding(toLength: width, withPad: " ", startingAt: 0) }
            print(index == 0 ? "[[" : " [", terminator: "")
            print(texts[..<4].joined(separator: " "), terminator: "\n  ")
            print(texts[4...].joined(separator: " "), terminator: index == rows.count - 1 ? "]]\n" : "]\n")
        }
    }
}

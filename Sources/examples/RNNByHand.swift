import ArgumentParser
import Foundation
import NeuralNetworks

/// h = tanh(W x + b + U h' + b'), step by step with loops, and the same by the layer.
struct RNNByHand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rnn-by-hand", abstract: "Ten steps of an RNN with loops, with a cell and by the layer.")

    func run() {
        let (steps, features, units) = (10, 4, 8)
        let rnn = RNN(inputSize: features, hiddenSize: units, seed: 1)
        let input = Tensor(
            shape: [steps, features], (0..<steps * features).map { sin(Float($0)) })

        // With loops: h starts from zero.
        let (w, b) = (rnn["weight_ih_l0"], rnn["bias_ih_l0"])
        let (u, c) = (rnn["weight_hh_l0"], rnn["bias_hh_l0"])
        var hidden = [Float](repeating: 0, count: units)
        var byHand: [[Float]] = []
        for step in 0..<steps {
            hidden = (0..<units).map { unit in
                var sum = b[unit] + c[unit]
                for feature in 0..<features { sum += w[unit, feature] * input[step, feature] }
                for other in 0..<units { sum += u[unit, other] * hidden[other] }
                return tanh(sum)
            }
            byHand.append(hidden)
        }

        // With a cell, which knows the step, and by the layer, which knows the loop too.
        let cell = RNNCell(of: rnn)
        var state: HiddenState?
        for step in 0..<steps { state = cell(input.slice(step), state) }
        let byLayer = rnn(input).output

        print("step   by hand  by the layer  (the first of \(units) units)")
        for step in 0..<steps {
            let (hand, layer) = (byHand[step][0], byLayer[step, 0])
            print(String(format: "%4d  %8.5f  %12.5f", step, hand, layer))
        }
        let difference = zip(byHand.joined(), byLayer.elements).map { abs($0 - $1) }.max()!
        print("output \(byLayer.shape), greatest difference \(difference)")
        print(
            "the cell's last state is the layer's: \(state!.hidden.elements == byLayer.slice(steps - 1).elements)"
        )
    }
}

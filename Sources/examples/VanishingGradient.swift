import ArgumentParser
import Console
import Foundation
import NeuralNetworks
import Pictures

/// The gradient of the last hidden state with respect to earlier inputs, in an RNN, an LSTM and a GRU.
struct VanishingGradient: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vanishing-gradient",
        abstract: "How the gradient shrinks over 50 steps in an RNN, an LSTM and a GRU, as a chart.")

    @Option(help: ArgumentHelp("SVG file to write.", valueName: "file")) var picture =
        "vanishing-gradient.svg"

    func run() throws {
        let lstm = LSTM(inputSize: 4, hiddenSize: 8, seed: 1)
        let open = LSTM(inputSize: 4, hiddenSize: 8, seed: 1)
        for row in 8..<16 { open["bias_ih_l0"][row] += 5 }
        let norms: [(name: String, values: [Double])] = [
            ("RNN", gradientNorms(RNN(inputSize: 4, hiddenSize: 8, seed: 1))),
            ("LSTM", gradientNorms(lstm)),
            ("GRU", gradientNorms(GRU(inputSize: 4, hiddenSize: 8, seed: 1))),
            ("LSTM, forget gate open", gradientNorms(open)),
        ]
        var table = TextTable([.init("Steps back", .right)] + norms.map { .init($0.name, .right) })
        for back in [0, 10, 20, 30, 40, 50] {
            table.append(["\(back)"] + norms.map { TextFormat.scientific($0.values[back], digits: 2) })
        }
        print(table.rendered())

        let gradients = LineChart(
            "Gradient of the last hidden state with respect to earlier inputs",
            x: Axis("steps back", ticks: .integers),
            y: Axis("norm", scale: .logarithmic),
            series: norms.map { .init($0.name, points: $0.values.enumerated().map { (Double($0), $1) }) })
        try LineChartStack("Vanishing gradients", [activations, gradients]).svgFile
            .write(toFile: picture, atomically: true, encoding: .utf8)
        print("Chart: \(picture)")
    }

    /// Returns, for 0 to 50 steps back, the norm of the gradient of the last hidden state's sum with respect to the
    /// input.
    private func gradientNorms<Kind>(_ layer: RecurrentLayer<Kind>) -> [Double] {
        let pass = layer.forward(Tensor(shape: [51, 4], (0..<51 * 4).map { sin(Float($0)) }))
        let ones = Kind.State(hidden: Tensor(shape: [1, 8], repeating: 1), cell: nil)
        let gradient = pass.backward(nil, state: ones).input
        return (0...50).map { back in
            sqrt(gradient.slice(50 - back).elements.reduce(0) { $0 + Double($1) * Double($1) })
        }
    }

    /// The curves of σ, tanh and their derivatives, which are at most 1/4 and 1.
    private var activations: LineChart {
        let xs = (-60...60).map { Double($0) / 10 }
        func series(
            _ name: String, _ color: Int, _ line: LineChart.Series.Line, _ function: (Double) -> Double
        ) -> LineChart.Series {
            .init(name, points: xs.map { ($0, function($0)) }, line: line, markers: .none, color: color)
        }
        func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        return LineChart(
            "Activation functions and their derivatives", x: Axis("x"), y: Axis(""),
            series: [
                series("σ", 0, .solid, logistic), series("σ′", 0, .dashed) { logistic($0) * logistic(-$0) },
                series("tanh", 1, .solid) { tanh($0) },
                series("tanh′", 1, .dashed) { 1 - tanh($0) * tanh($0) },
            ])
    }
}

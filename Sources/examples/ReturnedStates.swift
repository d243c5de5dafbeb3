import NeuralNetworks

/// Keras' `return_sequences` and `return_state`, with the input and the constant weights of the tutorial.
enum ReturnedStates {
    static func show() {
        for (returnSequences, returnState) in [(false, false), (true, false), (false, true), (true, true)] {
            show(
                "SimpleRNN(3, return_sequences=\(python(returnSequences)), return_state=\(python(returnState)))",
                .simpleRNN(3, returnSequences: returnSequences, returnState: returnState))
        }
        show("LSTM(3, return_state=True)", .lstm(3, returnState: true))
        for returnSequences in [false, true] {
            show(
                "Bidirectional(LSTM(3, return_sequences=\(python(returnSequences)), return_state=True))",
                .bidirectional(.lstm(3, returnSequences: returnSequences, returnState: true)))
        }
    }

    private static func show(_ title: String, _ layer: SequentialLayer) {
        let model = Sequential(inputShape: [4, 5], [layer])
        for module in model.modules { setConstants(module) }
        let result = model.result(input)
        print("\n\(title)\noutput \(result.output.shape)")
        print(result.output)
        for state in result.states {
            print("h \(state.hidden.shape)")
            print(state.hidden)
            guard let cell = state.cell else { continue }
            print("c \(cell.shape)")
            print(cell)
        }
    }

    /// One sequence of 4 time steps with 5 features.
    private static let input = Tensor(
        shape: [1, 4, 5],
        [0.1, 4.2, 1.5, 1.1, 2.8, 1.0, 3.1, 2.5, 0.7, 1.1, 0.3, 2.1, 1.5, 2.1, 0.1, 2.2, 1.4, 0.5, 0.9, 1.1])

    /// Sets all weights to 0.1 and all biases to 0, except the biases of an LSTM's forget gate, which are 1 as in
    /// Keras.
    private static func setConstants(_ module: any Module) {
        for parameter in module.layout.parameters {
            let isWeight = parameter.name.hasPrefix("weight")
            var values = Tensor(shape: parameter.shape, repeating: isWeight ? 0.1 : 0)
            if !isWeight, values.shape == [4 * 3] { for row in 3..<6 { values[row] = 1 } }
            module[parameter.name] = values
        }
    }

    private static func python(_ value: Bool) -> String { value ? "True" : "False" }
}

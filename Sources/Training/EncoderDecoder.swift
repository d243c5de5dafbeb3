import Datasets
import NeuralNetworks
import Platform

/// A model that writes one sequence for another: an encoder reads the input, and a decoder, which begins with the
/// encoder's final states, writes the target step by step (Sutskever, Vinyals and Le, "Sequence to sequence learning with
/// neural networks", 2014; Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014).
///
/// ```swift
/// func makeModel() -> EncoderDecoder {
///     EncoderDecoder(.gru, inputs: pairs.inputs, targets: pairs.targets, hiddenSize: 64, seed: 1)
/// }
/// let model = makeModel()
/// let trainer = Trainer(model: model, replica: makeModel, loss: CrossEntropyLoss())
/// try trainer.fit(pairs, epochs: 20, batchSize: 32)
/// model.decode([[3, 1, 2]], maximalLength: 8)
/// ```
///
/// At each step the decoder reads the symbol or the values of the step before, in training from the target (teacher
/// forcing), and a linear layer computes scores of the next symbol, or the next values. Symbols are read through an
/// `Embedding`. It is trained on batches with ``SequenceBatch/decoder``, as `SequencePairs` makes them, with
/// `CrossEntropyLoss` for symbols and `MSELoss` for values.
///
/// Its modules have the names of a PyTorch model with an `encoder` and a `decoder`: `encoder.embedding`, `encoder.gru`,
/// `decoder.embedding`, `decoder.gru`, `decoder.linear`; with other cells `lstm` or `rnn`.
public final class EncoderDecoder: TrainableModel {
    /// The kind of the sequences that the encoder reads.
    public let inputs: SequencePairs.Elements
    /// The kind of the sequences that the decoder writes.
    public let targets: SequencePairs.Elements
    private let encoder, decoder: StepReader
    private let linear: Linear

    /// Creates a model with random parameters. Sizes below 1, and a dropout outside 0..<1, trap.
    ///
    /// - Parameters:
    ///   - cell: The equations of a step of encoder and decoder.
    ///   - inputs: The kind of the sequences that the encoder reads.
    ///   - targets: The kind of the sequences that the decoder writes.
    ///   - hiddenSize: H, the number of hidden units of each layer.
    ///   - embeddingSize: The number of features of a symbol; H if nil.
    ///   - numLayers: The number of layers of the encoder, and of the decoder.
    ///   - dropout: The dropout probability of a layer's output before the next layer.
    ///   - seed: The seed of initial parameters and dropout masks.
    public init(
        _ cell: RecurrentCell, inputs: SequencePairs.Elements, targets: SequencePairs.Elements,
        hiddenSize: Int, embeddingSize: Int? = nil, numLayers: Int = 1, dropout: Double = 0, seed: UInt64 = 0
    ) {
        func reader(_ elements: SequencePairs.Elements, symbols: Int, seeds: UInt64) -> StepReader {
            // Each module has a different seed.
            StepReader(
                elements, symbols: symbols, embeddingSize: embeddingSize ?? hiddenSize,
                seed: seed &* 1_000_003 &+ seeds
            ) {
                RecurrentStack(
                    cell, inputSize: $0, hiddenSize: hiddenSize, numLayers: numLayers, dropout: dropout)
            }
        }
        self.inputs = inputs
        self.targets = targets
        encoder = reader(inputs, symbols: inputs.width, seeds: 0)
        // The symbol after the last one is the start and the end.
        decoder = reader(targets, symbols: targets.width + 1, seeds: 2)
        let outputs: Int
        switch targets {
        case .symbols(let count): outputs = count + 1
        case .values(let width): outputs = width
        }
        linear = Linear(
            inputSize: hiddenSize, outputSize: outputs, seed: seed &* 1_000_003 &+ 4)
    }

    public var namedModules: [(name: String, module: any Module)] {
        encoder.namedModules("encoder") + decoder.namedModules("decoder") + [("decoder.linear", linear)]
    }

    /// Returns the output at each step of the targets, of which the decoder reads the step before: scores of C + 1 symbols
    /// (N, T, C + 1), or values (N, T, V). A batch without ``SequenceBatch/decoder`` traps.
    public func output(_ batch: SequenceBatch) -> Tensor {
        let steps = Self.steps(batch)
        let state = encoder(batch.input, lengths: batch.lengths).state
        return linear(decoder(steps.input, state: state, lengths: steps.lengths).output)
    }

    /// Runs a batch for training. A batch without ``SequenceBatch/decoder`` traps.
    public func forward(_ batch: SequenceBatch, step: Int) -> TrainingPass {
        let steps = Self.steps(batch)
        let encoded = encoder.forward(batch.input, lengths: batch.lengths, step: step)
        let decoded = decoder.forward(
            steps.input, state: encoded.state, lengths: steps.lengths, step: step)
        let written = linear.forward(decoded.output)
        return TrainingPass(written.output) { gradient in
            let state = decoded.backward(written.backward(gradient), state: nil)
            _ = encoded.backward(nil, state: state)
        }
    }

    private static func steps(_ batch: SequenceBatch) -> DecoderSteps {
        guard let steps = batch.decoder else {
            preconditionFailure(
                "EncoderDecoder: expected a batch with target sequences, as those of SequencePairs, received one without"
            )
        }
        return steps
    }

    // MARK: Decoding

    /// Writes a sequence of symbols for each input. At each step the decoder reads the symbol with the highest score of
    /// the step before (greedy decoding). A model that writes values traps, and so do inputs of another shape.
    ///
    /// - Parameters:
    ///   - input: (N, L) of symbols or (N, L, D) of values.
    ///   - lengths: The length of each sequence, 1 to L; nil if all are L.
    ///   - maximalLength: The number of symbols after which a sequence without an end is cut off.
    ///   - end: A symbol that ends a sequence besides the one that training adds; nil for none.
    /// - Returns: The symbols of each sequence, without its end.
    public func decode(
        _ input: Tensor, lengths: [Int]? = nil, maximalLength: Int, end: Int? = nil
    ) -> [[Int]] {
        guard case .symbols(let start) = targets else {
            preconditionFailure("decode: expected a model that writes symbols; use decodeValues")
        }
        let ends = [start, end ?? start]
        var answers = [[Int]](repeating: [], count: input.shape.first ?? 0)
        guard !answers.isEmpty else { return [] }
        var isOpen = answers.map { _ in true }
        var symbols = answers.map { _ in start }
        var state = encoder(input, lengths: lengths).state
        for _ in 0..<maximalLength where isOpen.contains(true) {
            let read = Tensor(shape: [symbols.count, 1], symbols.map { Float($0) })
            let result = decoder(read, state: state, lengths: nil)
            state = result.state
            symbols = linear(result.output).argmax()
            for (index, symbol) in symbols.enumerated() where isOpen[index] {
                if ends.contains(symbol) { isOpen[index] = false } else { answers[index].append(symbol) }
            }
        }
        return answers
    }

    /// Writes a sequence of symbols for each sequence of symbols, as `decode(_:lengths:maximalLength:end:)`. A sequence
    /// without a symbol traps, and so does a symbol that the model does not know.
    public func decode(_ inputs: [[Int]], maximalLength: Int, end: Int? = nil) -> [[Int]] {
        let symbols = Indices(inputs, padding: 0)
        return decode(
            Tensor(shape: symbols.shape, symbols.elements.map { Float($0) }), lengths: inputs.map(\.count),
            maximalLength: maximalLength, end: end)
    }

    /// Writes values for each input. At each step the decoder reads the values that it wrote at the step before; values
    /// have no end. A model that writes symbols traps, and so do inputs of another shape.
    ///
    /// - Parameters:
    ///   - input: (N, L) of symbols or (N, L, D) of values.
    ///   - lengths: The length of each sequence, 1 to L; nil if all are L.
    ///   - steps: T, the number of steps to write.
    /// - Returns: The values, (N, T, V).
    public func decodeValues(_ input: Tensor, lengths: [Int]? = nil, steps: Int) -> Tensor {
        guard case .values(let width) = targets else {
            preconditionFailure("decodeValues: expected a model that writes values; use decode")
        }
        let count = input.shape.first ?? 0
        guard count > 0, steps > 0 else { return Tensor(shape: [count, steps, width]) }
        var values = Tensor(shape: [count, 1, width])
        var state = encoder(input, lengths: lengths).state
        let written = (0..<steps).map { _ in
            let result = decoder(values, state: state, lengths: nil)
            state = result.state
            values = linear(result.output)
            return values
        }
        return Tensor(
            shape: [count, steps, width],
            (0..<count).flatMap { index in written.flatMap { $0.slice(index).elements } })
    }
}

extension SequencePairs.Elements {
    /// The number of symbols, or of values of a step.
    fileprivate var width: Int {
        switch self {
        case .symbols(let count): count
        case .values(let count): count
        }
    }
}

/// The recurrent layers of an encoder or a decoder, with an embedding below them if they read symbols.
private struct StepReader {
    typealias Layer = RecurrentLayer<AnyKind>
    private let embedding: Embedding?
    private let layer: Layer

    /// Creates the layers; `stack` has the number of features that they read.
    init(
        _ elements: SequencePairs.Elements, symbols: Int, embeddingSize: Int, seed: UInt64,
        stack: (Int) -> RecurrentStack
    ) {
        switch elements {
        case .symbols:
            embedding = Embedding(count: symbols, dimension: embeddingSize, seed: seed)
            layer = Layer(stack(embeddingSize), batchFirst: true, seed: seed &+ 1)
        case .values(let width):
            embedding = nil
            layer = Layer(stack(width), batchFirst: true, seed: seed &+ 1)
        }
    }

    func namedModules(_ prefix: String) -> [(name: String, module: any Module)] {
        let name = layer.stack.cell.family.lowercased()
        return (embedding.map { [("\(prefix).embedding", $0)] } ?? []) + [("\(prefix).\(name)", layer)]
    }

    /// Reads (N, L) of symbols or (N, L, D) of values.
    func callAsFunction(_ input: Tensor, state: AnyState? = nil, lengths: [Int]?) -> Layer.Result {
        layer(embedding?(Indices(input)) ?? input, state: state, lengths: lengths)
    }

    func forward(_ input: Tensor, state: AnyState? = nil, lengths: [Int]?, step: Int) -> Forward {
        let vectors = embedding?.forward(Indices(input))
        return Forward(
            vectors: vectors,
            states: layer.forward(
                vectors?.output ?? input, state: state, lengths: lengths, step: step))
    }

    /// A forward pass that can be run backward.
    struct Forward {
        let vectors: Embedding.Forward?
        let states: Layer.Forward

        var output: Tensor { states.output }
        var state: AnyState { states.state }

        /// Adds the gradients of the parameters to the modules' and returns the gradient of the initial states.
        func backward(_ output: Tensor?, state: AnyState?) -> AnyState {
            let gradients = states.backward(output, state: state)
            vectors?.backward(gradients.input)
            return gradients.initialState
        }
    }
}

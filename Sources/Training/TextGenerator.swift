import Console
import Datasets
import ElementaryFunctions
import NeuralNetworks
import Platform
import Randomness

/// Writes text with a model that was trained on texts, one character after the other: each is drawn from the probabilities
/// that the model computes from all characters before it.
///
/// ```swift
/// let generator = try TextGenerator(contentsOf: "model.safetensors", temperature: 0.7, seed: 1)
/// try generator.read("나 보기가")
/// print(generator.text(length: 200))
/// ```
///
/// The same seed writes the same text. It must not be used by several threads at the same time.
public final class TextGenerator {
    /// The characters.
    public let vocabulary: Vocabulary
    private let stream: SequenceStream
    private let temperature: Double
    private var random: SplitMix64
    /// The scores of the next character; empty before the first character.
    private var scores: [Float] = []

    /// Creates a generator at the beginning of a text. A temperature below 0 and one that is not finite trap, and so does a
    /// model of another number of characters.
    ///
    /// - Parameters:
    ///   - predictor: The model.
    ///   - vocabulary: The characters of the texts that the model was trained on.
    ///   - temperature: T: the scores are divided by it before softmax. 1 draws with the model's probabilities, less makes
    ///     likely characters likelier; 0 always takes the likeliest, the first of equal ones.
    ///   - seed: The seed of the random numbers.
    /// - Throws: `SequenceStreamError` if the model needs the whole sequence.
    public init(
        _ predictor: SequencePredictor, vocabulary: Vocabulary, temperature: Double = 1, seed: UInt64 = 0
    ) throws {
        precondition(
            temperature >= 0 && temperature.isFinite,
            "temperature: expected 0 or more, received \(temperature)")
        let model = predictor.model
        precondition(
            model.readsSymbols && model.stack.inputSize == vocabulary.count
                && model.classCount == vocabulary.count,
            "vocabulary: expected the \(vocabulary.count) characters of the model, received a model of \(model.inputShape)"
        )
        stream = try predictor.stream()
        self.vocabulary = vocabulary
        self.temperature = temperature
        random = SplitMix64(seed, RandomPurpose.text.rawValue)
    }

    /// Creates a generator of the model in a checkpoint, which contains its vocabulary:
    /// ``Checkpoint/init(of:vocabulary:)``, and checkpoints of `sequence-classifier train --text`.
    ///
    /// - Throws: As ``Checkpoint/init(path:)``; ``CheckpointError`` for a model of something other than texts and for weights
    ///   that are not finite.
    public convenience init(contentsOf path: String, temperature: Double = 1, seed: UInt64 = 0) throws {
        let checkpoint = try Checkpoint(path: path)
        let predictor = try SequencePredictor(checkpoint, path: path)
        try self.init(
            predictor, vocabulary: checkpoint.vocabulary(path: path),
            temperature: temperature, seed: seed)
    }

    /// Reads the beginning of a text, which ``next()`` continues.
    ///
    /// - Throws: `TextError` for a character that the vocabulary does not have; then nothing is read.
    public func read(_ text: String) throws(TextError) {
        for symbol in try vocabulary.symbols(of: text) { read(symbol) }
    }

    private func read(_ symbol: Int) {
        // The stream uses the memory of the previous scores again.
        scores = []
        scores = stream.push(symbol: symbol)
    }

    /// Returns the next character and reads it. A text without a beginning begins after a line end, if the vocabulary has
    /// it, otherwise after its first character.
    public func next() -> Unicode.Scalar {
        if scores.isEmpty { read(vocabulary.characters.firstIndex(of: "\n") ?? 0) }
        let symbol = temperature == 0 ? scores.argmax() : drawn()
        read(symbol)
        return vocabulary.characters[symbol]
    }

    /// Whether the scores of the next character are finite. Weights that are too large give others.
    package var isFinite: Bool { scores.allSatisfy(\.isFinite) }

    /// Returns the next characters.
    ///
    /// - Parameter length: Their number, 0 or more.
    public func text(length: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<length { scalars.append(next()) }
        return String(scalars)
    }

    /// Draws a symbol with the probabilities softmax(scores / T).
    private func drawn() -> Int {
        let greatest = Double(scores.max() ?? 0)
        let weights = scores.map { Elementary.exp((Double($0) - greatest) / temperature) }
        // The weight of the greatest score is 1, so the sum is at least 1.
        var rest = Double(random.next() >> 11) * 0x1p-53 * weights.reduce(0, +)
        for (symbol, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return symbol }
        }
        return scores.argmax()
    }
}

import Datasets
import NeuralNetworks
import Platform

/// The vocabulary, which a model of texts needs besides its weights. Checkpoints contain it.
package struct TextPreparation: Codable, Hashable, Sendable {
    /// The characters.
    package let vocabulary: Vocabulary

    package init(_ vocabulary: Vocabulary) { self.vocabulary = vocabulary }

    package func json() throws -> String { try JSON.text(self, pretty: false) }
}

extension Checkpoint {
    /// Creates a checkpoint of the current state of a trainer of texts. A ``TextGenerator`` can be made from it.
    ///
    /// - Parameters:
    ///   - trainer: The trainer; its state is copied.
    ///   - vocabulary: The characters of the texts, which are stored in the checkpoint.
    public init(of trainer: Trainer, vocabulary: Vocabulary) throws {
        self.init(of: trainer, details: Details(preparation: try TextPreparation(vocabulary).json()))
    }

    /// The characters of the texts that the model was trained on.
    ///
    /// - Throws: ``CheckpointError`` if the model was not trained on texts.
    package func vocabulary(path: String) throws -> Vocabulary {
        guard model.readsSymbols, let text = details.preparation else {
            throw CheckpointError(path: path, problem: .missing("preparation"))
        }
        let vocabulary: Vocabulary
        do {
            vocabulary = try (JSON.value(from: text) as TextPreparation).vocabulary
        } catch let error as DecodingError {
            throw CheckpointError(path: path, problem: .invalid("preparation", JSON.reason(error)))
        }
        guard vocabulary.count == model.stack.inputSize, vocabulary.count == model.classCount else {
            throw CheckpointError(
                path: path,
                problem: .invalid(
                    "preparation",
                    "expected \(model.stack.inputSize) characters, as the model reads, found \(vocabulary.count)"
                ))
        }
        return vocabulary
    }
}

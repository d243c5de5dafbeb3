import Console
import NeuralNetworks
import Platform
import Training

/// The output of the command `evaluate`. Fractions are in percent, as in the output about runs.
package struct EvaluationResult: Codable, Hashable, Sendable {
    package var checkpoint: String
    /// The numbers of complete epochs and of steps that the weights were trained for.
    package var epochs: Int
    package var steps: Int
    /// Whether the averaged weights were evaluated.
    package var averaged: Bool
    package var split: String
    /// The number of images; nil for other samples.
    package var images: Int?
    /// The number of sequences; nil for images and texts.
    package var sequences: Int?
    /// The number of predicted characters, for texts.
    package var characters: Int?
    package var correct: Int
    package var accuracy: Double
    /// The standard error of the accuracy, √(p (1 - p) / n).
    package var standardError: Double
    /// The mean recall of the classes, for sequences.
    package var balancedAccuracy: Double?
    /// The mean F1 of the classes, for sequences.
    package var macroF1: Double?
    /// The perplexity, for texts.
    package var perplexity: Double?
    /// The mean cross-entropy.
    package var loss: Double
    package var classes: [Class]
    /// The confusion matrix: the number of samples of a class (row) predicted as a class (column).
    package var confusion: [[Int]]

    /// The scores of a class. Undefined values are nil (null); for example, the precision of a class that is never
    /// predicted.
    package struct Class: Codable, Hashable, Sendable {
        package var name: String
        package var count: Int
        package var precision: Double?
        package var recall: Double?
        package var f1: Double?

        init(_ score: Evaluation.ClassScore) {
            name = score.name
            count = score.count
            precision = score.precision.map { 100 * $0 }
            recall = score.recall.map { 100 * $0 }
            f1 = score.f1.map { 100 * $0 }
        }

        /// Encodes the scores. Every key is present in every case.
        package func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(name, forKey: .name)
            try values.encode(count, forKey: .count)
            try values.encode(precision, forKey: .precision)
            try values.encode(recall, forKey: .recall)
            try values.encode(f1, forKey: .f1)
        }
    }

    /// Creates the result of a model of texts.
    package init<Options>(_ model: TrainedModel<Options>, score: Score, split: EvaluationSplit) {
        self.init(model, score, split: split.rawValue)
        characters = score.targetCount
        perplexity = Metric.perplexity.value(of: score)
    }

    package init<Options>(_ model: TrainedModel<Options>, score: Score, evaluation: Evaluation) {
        self.init(model, score, split: evaluation.split)
        switch Options.sample {
        case .image: images = score.count
        case .sequence, .character:
            sequences = score.count
            balancedAccuracy = 100 * evaluation.balancedAccuracy
            macroF1 = 100 * evaluation.macroF1
        }
        classes = evaluation.classScores.map(Class.init)
        confusion = evaluation.confusion
    }

    private init<Options>(_ model: TrainedModel<Options>, _ score: Score, split: String) {
        checkpoint = model.path
        epochs = model.checkpoint.state.epoch
        steps = model.checkpoint.stepCount
        averaged = model.isAveraged
        self.split = split
        correct = score.correct
        accuracy = 100 * score.accuracy
        standardError = 100 * score.standardError
        loss = score.loss
        (classes, confusion) = ([], [])
    }

    package func json() throws -> String { try JSON.text(self) }

    private var count: Int { images ?? sequences ?? 0 }
    private var sample: SampleName { images == nil ? .sequence : .image }

    /// Returns the result as text for people.
    ///
    /// - Parameter width: The width of the lines, in characters. A wider confusion matrix is replaced by a list.
    package func text(width: Int = 80) -> String {
        let splitWord = split == "train" ? "training" : split
        if let perplexity, let characters {
            return "Perplexity on the \(TextFormat.count(characters, "\(splitWord) character")): "
                + "\(TextFormat.fixed(perplexity, decimals: 3)) · accuracy \(percent(accuracy)) ± "
                + "\(percent(standardError)) % · loss \(TextFormat.fixed(loss, decimals: 4))"
        }
        let means = zip(["balanced accuracy", "macro F1"], [balancedAccuracy, macroF1]).compactMap {
            name, value in
            value.map { " · \(name) \(percent($0)) %" }
        }
        return """
            Accuracy on the \(TextFormat.count(count, "\(splitWord) \(sample.rawValue)")): \
            \(percent(accuracy)) ± \(percent(standardError)) %\(means.joined()) · loss \
            \(TextFormat.fixed(loss, decimals: 4)) · \(TextFormat.count(count - correct, "error"))

            \(classTable().rendered())

            \(confusionText(width: width))
            """
    }

    /// Returns the confusion matrix or, if it is too wide, its most frequent mistakes.
    private func confusionText(width: Int) -> String {
        // Column titles may be shortened, because the columns are in the order of the rows, which have full names.
        for titleLength in [Int.max, 4] {
            let matrix = confusionTable(titleLength).rendered()
            if matrix.split(separator: "\n").allSatisfy({ $0.count <= width }) {
                return "Rows: true class. Columns: predicted class.\n" + matrix
            }
        }
        let confusions = self.confusions
        if confusions.isEmpty { return "No \(sample.rawValue) was misclassified." }
        let shown = confusions.prefix(Self.mostConfusions)
        var table = TextTable(
            [.init("True"), .init("Predicted"), .init(sample.capitalized, .right)], style: .plain)
        for one in shown {
            table.append([
                names[one.label], names[one.predicted], TextFormat.grouped(one.count),
            ])
        }
        let which =
            shown.count < confusions.count
            ? "The \(shown.count) most frequent of \(TextFormat.grouped(confusions.count)) confusions"
            : "Confusions"
        return "\(which) (--json has the whole matrix):\n" + table.rendered()
    }

    private static let mostConfusions = 20

    /// The pairs of true and predicted class that differ, the most frequent first.
    private var confusions: [(label: Int, predicted: Int, count: Int)] {
        var confusions: [(label: Int, predicted: Int, count: Int)] = []
        for (label, row) in confusion.enumerated() {
            for (predicted, count) in row.enumerated() where predicted != label && count > 0 {
                confusions.append((label, predicted, count))
            }
        }
        return confusions.sorted { ($1.count, $0.label, $0.predicted) < ($0.count, $1.label, $1.predicted) }
    }

    /// The names of the classes, each on one line.
    private var names: [String] { classes.map(\.name.printableLine) }

    private func classTable() -> TextTable {
        var table = TextTable(
            [
                .init("Class"), .init(sample.capitalized, .right), .init("Precision %", .right),
                .init("Recall %", .right),
                .init("F1 %", .right),
            ], style: .plain)
        for (one, name) in zip(classes, names) {
            table.append(
                [name, TextFormat.grouped(one.count)]
                    + [one.precision, one.recall, one.f1].map { $0.map(percent) ?? "–" })
        }
        return table
    }

    private func confusionTable(_ titleLength: Int) -> TextTable {
        var table = TextTable(
            [.init("")] + names.map { .init(String($0.prefix(titleLength)), .right) }, style: .plain)
        for (name, row) in zip(names, confusion) {
            table.append([name] + row.map { $0 == 0 ? "·" : "\($0)" })
        }
        return table
    }

    private func percent(_ share: Double) -> String { TextFormat.fixed(share, decimals: 2) }
}

/// The part of a run's data on which a model is evaluated.
package enum EvaluationSplit: String, Codable, CaseIterable, Sendable {
    case test
    /// The run's training set.
    case train
    /// The run's validation set.
    case validation
}

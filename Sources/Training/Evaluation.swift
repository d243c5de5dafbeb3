import Datasets
import ElementaryFunctions
import NeuralNetworks
import Platform

/// The evaluation of a classifier on labelled samples, images or other sequences: loss, confusion matrix, scores of each
/// class, and the worst mistakes. If each step of a sequence has a class, a sample is a step; steps are counted through
/// all sequences. Encoded as JSON, it is a run's `evaluation.json`.
///
/// ```swift
/// let evaluation = Evaluation(trainer.engine, on: test, split: "test")
/// print(evaluation.accuracy, evaluation.balancedAccuracy, evaluation.macroF1)
/// ```
public struct Evaluation: Codable, Hashable, Sendable {
    /// The name of the split, such as "train", "validation" or "test".
    public var split: String
    /// The name of each class.
    public var classes: [String]
    /// The confusion matrix, of shape [class, predicted class], in numbers of samples.
    public var confusion: [[Int]]
    /// The mean cross-entropy.
    public var loss: Double
    /// The misclassified samples with the highest loss, the worst first.
    public var mistakes: [Mistake]

    /// A misclassified sample.
    public struct Mistake: Codable, Hashable, Sendable {
        /// The index of the sample.
        public var index: Int
        /// The true class.
        public var label: Int
        /// The predicted class.
        public var predicted: Int
        /// The probability of the predicted class, 0...1.
        public var probability: Double
        /// The probability of the true class, 0...1.
        public var probabilityOfLabel: Double
    }

    /// Classifies samples and compares the predictions with the labels.
    ///
    /// - Parameters:
    ///   - engine: The classifier with its weights, such as ``Trainer/engine`` or
    ///     ``Checkpoint/engine(threads:averaged:)``.
    ///   - samples: The samples with a class each, or a class at each step, at least one. Samples that the model cannot
    ///     read, and samples with values, trap.
    ///   - split: The name of the split, such as "test".
    ///   - classNames: The name of each class; if nil, the names of the data set, or numbers if it has none. A number of
    ///     names other than the number of the model's classes traps.
    ///   - mistakeCount: The maximum number of elements in ``mistakes``.
    public init(
        _ engine: SequenceEngine, on samples: some SequenceDataset, split: String,
        classNames: [String]? = nil,
        mistakeCount: Int = 48
    ) {
        samples.checkFit(engine.model)
        let (score, outputs) = withExtendedLifetime(samples) {
            engine.evaluateWithOutputs(samples.sequences)
        }
        self.init(
            score, outputs, of: samples, classCount: engine.model.classCount, split: split,
            classNames: classNames, mistakeCount: mistakeCount)
    }

    /// - Parameters:
    ///   - score: The classifier's score on the samples.
    ///   - scores: The classifier's outputs (N, C) before softmax.
    package init(
        _ score: Score, _ scores: [Float], of samples: some SequenceDataset, classCount: Int, split: String,
        classNames: [String]? = nil, mistakeCount: Int = 48
    ) {
        let classNames = classNames ?? samples.classNames.flatMap { $0.count == classCount ? $0 : nil }
        precondition(
            classNames?.count ?? classCount == classCount,
            "Evaluation.classNames: expected \(classCount), received \(classNames?.count ?? 0)")
        var confusion = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
        var mistakes: [(loss: Double, mistake: Mistake)] = []
        let labels = samples.labels
        for (index, label) in labels.enumerated() {
            let row = Array(scores[index * classCount..<(index + 1) * classCount])
            let probabilities = Softmax.probabilities(row)
            let predicted = row.argmax()
            confusion[label][predicted] += 1
            // The logarithm of the label's probability is not used, because the probability may underflow to zero.
            let loss = Double(row[predicted]) - Double(row[label]) - Elementary.log(probabilities[predicted])
            if predicted != label {
                mistakes.append(
                    (
                        loss,
                        Mistake(
                            index: index, label: label, predicted: predicted,
                            probability: probabilities[predicted], probabilityOfLabel: probabilities[label])
                    ))
            }
        }
        self.split = split
        classes = classNames ?? (0..<classCount).map(\.description)
        self.confusion = confusion
        loss = score.loss
        mistakes.sort { ($1.loss, $0.mistake.index) < ($0.loss, $1.mistake.index) }
        self.mistakes = mistakes.prefix(mistakeCount).map(\.mistake)
    }

    /// The number of samples.
    public var count: Int { confusion.reduce(0) { $0 + $1.reduce(0, +) } }
    /// The number of correctly classified samples.
    public var correct: Int { confusion.indices.reduce(0) { $0 + confusion[$1][$1] } }

    /// The fraction of correctly classified samples, 0...1.
    public var accuracy: Double { Double(correct) / Double(count) }

    /// The mean recall of the classes that occur, 0...1, as scikit-learn's `balanced_accuracy_score`: a rare class counts
    /// as much as a frequent one.
    public var balancedAccuracy: Double { Self.mean(classScores.compactMap(\.recall)) }

    /// The mean F1 of the classes that occur in the labels or in the predictions, 0...1, as scikit-learn's
    /// `f1_score(average="macro")`. A class without a correct prediction has the F1 0.
    public var macroF1: Double { Self.mean(classScores.compactMap(\.f1)) }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// The scores of one class. A score is nil if it is undefined; for example, the precision of a class that is never
    /// predicted.
    public struct ClassScore: Hashable, Sendable {
        /// The name of the class.
        public let name: String
        /// The number of samples of the class.
        public let count: Int
        /// The fraction of the samples predicted as this class that belong to it, 0...1.
        public let precision: Double?
        /// The fraction of the samples of this class that were predicted as it, 0...1.
        public let recall: Double?
        /// The harmonic mean of precision and recall, 0...1.
        public let f1: Double?
    }

    /// The scores of each class.
    public var classScores: [ClassScore] {
        classes.indices.map { index in
            let hits = Double(confusion[index][index])
            let count = confusion[index].reduce(0, +)
            let predicted = confusion.reduce(0) { $0 + $1[index] }
            return ClassScore(
                name: classes[index], count: count, precision: predicted > 0 ? hits / Double(predicted) : nil,
                recall: count > 0 ? hits / Double(count) : nil,
                f1: count + predicted > 0 ? 2 * hits / Double(count + predicted) : nil)
        }
    }

    /// Whether the numbers are consistent. Numbers from a file can be inconsistent.
    package var isPossible: Bool {
        let range = classes.indices
        return !classes.isEmpty && confusion.count == classes.count
            && confusion.allSatisfy { row in
                row.count == classes.count && row.allSatisfy { $0 >= 0 && $0 < 1 << 32 }
            }
            && mistakes.allSatisfy {
                range.contains($0.label) && range.contains($0.predicted) && $0.index >= 0
            }
    }
}

extension SequenceDataset {
    /// The class of each sample, or of each step. Values trap.
    fileprivate var labels: [Int] {
        withExtendedLifetime(self) {
            switch sequences.targets {
            case .labels(let labels), .stepLabels(let labels): targetPlaces.map { Int(labels[$0]) }
            case .stepSymbols(let symbols): targetPlaces.map { Int(symbols[$0]) }
            case .values, .stepValues:
                preconditionFailure("samples: expected a class for each, received values")
            }
        }
    }

    /// The places of the targets of all samples in the memory of targets, in the order of the outputs: a place for each
    /// sample, or for each step of each sample.
    var targetPlaces: [Int] {
        switch sequences.targets {
        case .labels, .values: return Array(0..<count)
        case .stepLabels, .stepSymbols, .stepValues:
            guard let places = sequences.places else { return [] }
            return (0..<count).flatMap { index -> Range<Int> in
                let first = places.firstSteps[index]
                return first..<first + Int(places.lengths[index])
            }
        }
    }
}

/// The softmax function, which converts a classifier's scores to probabilities.
package enum Softmax {
    /// Returns the probability of each class, exp(xᵢ) / Σ exp(xⱼ), in double precision.
    ///
    /// - Parameter scores: The score of each class.
    package static func probabilities(_ scores: some Collection<Float>) -> [Double] {
        let greatest = Double(scores.max() ?? 0)
        let powers = scores.map { Elementary.exp(Double($0) - greatest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}

extension Score {
    /// The standard error of the accuracy, √(p (1 − p) / n), for an accuracy p in 0...1 and n samples.
    public var standardError: Double { (accuracy * (1 - accuracy) / Double(targetCount)).squareRoot() }
}

import Datasets
import NeuralNetworks

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// `evaluation.json`: how a classifier does on some images, class by class, and where it errs worst.
public struct Evaluation: Codable, Hashable, Sendable {
    /// "train", "validation" or "test".
    public var split: String
    public var classes: [String]
    /// How many images of a class (row) were taken for a class (column).
    public var confusion: [[Int]]
    /// Mean cross-entropy.
    public var loss: Double
    /// The mistakes of the highest loss, the worst first.
    public var mistakes: [Mistake]

    public struct Mistake: Codable, Hashable, Sendable {
        /// Of the image in its split.
        public var index: Int
        public var label: Int
        public var predicted: Int
        /// Of the class that was predicted, 0...1.
        public var probability: Double
        /// Of the class that it is.
        public var probabilityOfLabel: Double
    }

    /// Evaluates a classifier.
    ///
    /// - Parameters:
    ///   - engine: The classifier with its weights.
    ///   - images: At least one.
    ///   - split: The name of the split: "train", "validation" or "test".
    ///   - classNames: A name for each class; numbers if nil.
    ///   - mistakeCount: The number of mistakes to keep.
    public init(
        _ engine: SequenceEngine, on images: LabeledImages, split: String, classNames: [String]? = nil,
        mistakeCount: Int = 48
    ) {
        let (score, outputs) = withExtendedLifetime(images) {
            engine.evaluateWithOutputs(SequenceSamples(images))
        }
        self.init(
            score, outputs, of: images, classCount: engine.model.classCount, split: split,
            classNames: classNames, mistakeCount: mistakeCount)
    }

    /// - Parameters:
    ///   - score: The classifier's score on the images.
    ///   - scores: Its outputs (N, C) before softmax.
    package init(
        _ score: Score, _ scores: [Float], of images: LabeledImages, classCount: Int, split: String,
        classNames: [String]? = nil, mistakeCount: Int = 48
    ) {
        precondition(
            classNames?.count ?? classCount == classCount,
            "Evaluation.classNames: expected \(classCount), received \(classNames?.count ?? 0)")
        var confusion = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
        var mistakes: [(loss: Double, mistake: Mistake)] = []
        for index in 0..<images.count {
            let label = Int(images.labels[index])
            let row = Array(scores[index * classCount..<(index + 1) * classCount])
            let probabilities = Softmax.probabilities(row)
            let predicted = Softmax.greatest(row)
            confusion[label][predicted] += 1
            // Not the logarithm of the label's probability, which may underflow to zero.
            let loss = Double(row[predicted]) - Double(row[label]) - log(probabilities[predicted])
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

    public var count: Int { confusion.reduce(0) { $0 + $1.reduce(0, +) } }
    public var correct: Int { confusion.indices.reduce(0) { $0 + confusion[$1][$1] } }

    /// Share of hits, of 0...1.
    public var accuracy: Double { Double(correct) / Double(count) }

    /// How one class fares; nil for what cannot be said, as the precision of a class that is never predicted.
    public struct ClassScore: Hashable, Sendable {
        public let name: String
        /// Images of the class.
        public let count: Int
        /// Of the images taken for the class, the share that is of it.
        public let precision: Double?
        /// Of the images of the class, the share that was taken for it.
        public let recall: Double?
        /// Harmonic mean of both.
        public let f1: Double?
    }

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

    /// Checks that the numbers belong together, as those of a file may not.
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

/// From scores to probabilities.
public enum Softmax {
    /// exp(xᵢ) / Σ exp(xⱼ), in double precision.
    public static func probabilities(_ scores: some Collection<Float>) -> [Double] {
        let greatest = Double(scores.max() ?? 0)
        let powers = scores.map { exp(Double($0) - greatest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    /// The first index of the greatest.
    package static func greatest(_ values: [some Comparable]) -> Int {
        values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
    }
}

extension Score {
    /// The standard error of the accuracy, 0...1: √(p (1 − p) / n).
    public var standardError: Double { (accuracy * (1 - accuracy) / Double(count)).squareRoot() }
}

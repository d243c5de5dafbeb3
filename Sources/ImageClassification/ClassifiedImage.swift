import Console
import Platform

/// An image and what a model takes it for.
package struct ClassifiedImage: Hashable, Sendable {
    /// The file it is from.
    package var source: String
    /// Its place in a file of several; nil for a picture.
    package var index: Int?
    /// What it shows, where that is known.
    package var label: Int?
    /// What a picture was taken for; nil for an image that was light on dark by its kind.
    package var polarity: DigitNormalizer.Polarity?
    package var rows: Int
    package var columns: Int
    /// What the model read, of shape [rows, columns].
    package var pixels: [UInt8]
    /// Notes for the user about how a picture was read.
    package var notes: [String] = []
    /// Of each class; none before it was classified.
    package var probabilities: [Double] = []
    /// Of each class; empty where they are numbers.
    package var classNames: [String] = []

    /// The class of the highest score, the first of equal ones; as ``Evaluation`` counts, where probabilities may be
    /// equal though scores are not.
    package var predicted = 0
    package var probability: Double { probabilities[predicted] }
    /// Nil where the label is not known.
    package var isRight: Bool? { label.map { $0 == predicted } }

    package func name(of label: Int) -> String {
        classNames.indices.contains(label) ? classNames[label] : "\(label)"
    }

    /// "t10k-images-idx3-ubyte.gz, image 7"
    package var title: String { source + (index.map { ", image \($0)" } ?? "") }
}

extension ClassifiedImage: Encodable {
    private enum Key: String, CodingKey {
        case source, index, label, polarity, predicted, probability, probabilities
        case labelName, predictedName, notes
    }

    /// Every key is there in every case, null where there is nothing to say, but that names of classes are there only
    /// where they have some; the pixels are left out.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(source, forKey: .source)
        try values.encode(index, forKey: .index)
        try values.encode(label, forKey: .label)
        try values.encode(polarity, forKey: .polarity)
        try values.encode(predicted, forKey: .predicted)
        try values.encode(probability, forKey: .probability)
        try values.encode(probabilities, forKey: .probabilities)
        try values.encode(notes, forKey: .notes)
        if classNames.isEmpty { return }
        try values.encode(label.map(name), forKey: .labelName)
        try values.encode(name(of: predicted), forKey: .predictedName)
    }

    /// One line, probabilities of 0...1.
    package func json() throws -> String { try JSON.text(self, pretty: false) }
}

extension [ClassifiedImage] {
    /// How many of those whose label is known are right; nil if that says nothing that was not said already.
    package var tally: String? {
        let known = compactMap(\.isRight)
        guard known.count > 1 else { return nil }
        let right = known.reduce(0) { $0 + ($1 ? 1 : 0) }
        return "\(TextFormat.grouped(right)) of \(TextFormat.grouped(known.count)) correct"
    }
}

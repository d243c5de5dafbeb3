import Platform
import Runs

/// An image with a model's prediction.
package struct ClassifiedImage: Hashable, Sendable {
    /// The file that contains the image.
    package var source: String
    /// The index in a file of several images; nil for a picture.
    package var index: Int?
    /// The true class, if it is known.
    package var label: Int?
    /// The polarity used to read a picture; nil for images that are always light on dark.
    package var polarity: DigitNormalizer.Polarity?
    package var rows: Int
    package var columns: Int
    /// The pixels that the model read, of shape [rows, columns].
    package var pixels: [UInt8]
    /// Notes for the user about how a picture was read.
    package var notes: [String] = []
    /// The probability of each class; empty before classification.
    package var probabilities: [Double] = []
    /// The name of each class; empty if the classes are numbers.
    package var classNames: [String] = []

    /// The predicted class: the class with the highest score, or the first of several. It is computed from scores, as
    /// in ``Evaluation``, because probabilities may be equal though scores are not.
    package var predicted = 0
    package var probability: Double { probabilities[predicted] }
    /// Whether the prediction is right; nil if the label is not known.
    package var isRight: Bool? { label.map { $0 == predicted } }

    package func name(of label: Int) -> String {
        classNames.indices.contains(label) ? classNames[label] : "\(label)"
    }

    /// The name of the image: "t10k-images-idx3-ubyte.gz, image 7".
    package var title: String { source + (index.map { ", image \($0)" } ?? "") }
}

extension ClassifiedImage: Encodable {
    private enum Key: String, CodingKey {
        case source, index, label, polarity, predicted, probability, probabilities
        case labelName, predictedName, notes
    }

    /// Encodes the prediction. Every key is present in every case, with null for missing values. Only the names of
    /// classes are left out if there are none. The pixels are not encoded.
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

    /// Returns one line of JSON, with probabilities in 0...1.
    package func json() throws -> String { try JSON.text(self, pretty: false) }
}

extension [ClassifiedImage] {
    /// The number of correct predictions among the images with a known label; nil for fewer than
    /// two such images, whose lines already show it.
    package var tally: String? { PredictionLine.tally(map(\.isRight)) }
}

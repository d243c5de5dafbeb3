import ImageClassification
import NeuralNetworks
import Platform

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The data of a page, which its script reads as JSON with names in snake case.
struct PageData: Encodable {
    struct Model: Encodable {
        let cell: String
        let rows: Int
        let columns: Int
        let hidden: Int
        let layers: Int
        let directions: Int
        let readout: String
        let classes: [String]
    }

    /// The place of a parameter among the weights.
    struct Place: Encodable {
        let name: String
        let offset: Int
        let count: Int
    }

    struct Mistake: Encodable {
        let index: Int
        let label: Int
        let predicted: Int
        let probability: Double
    }

    let name: String
    /// The number of training steps of the weights, for a page that shows them while the model is trained.
    let step: Int?
    let language: String
    let model: Model
    let parameters: [Place]
    /// The parameters as 32-bit numbers, little-endian, in base64.
    let weights: String
    let preparation: ImagePreparation
    let accuracy: Double?
    let evaluated: Int?
    let mistakes: [Mistake]
    /// The pixels of all mistakes in base64. They are not PNG files, because browsers that protect against fingerprinting
    /// change the pixels that a script reads from a picture.
    let mistakePixels: String

    /// The largest number of pixels of all mistakes together, so that large images do not make the file large.
    private static let mostPixels = 200_000

    init(_ page: DigitPage) {
        let stack = page.network.stack
        name = page.name.printableLine
        step = page.step
        language = page.language.rawValue
        model = Model(
            cell: stack.cell.nameInScript, rows: page.rows, columns: page.columns, hidden: stack.hiddenSize,
            layers: stack.numLayers, directions: stack.directions, readout: page.network.readout.nameInScript,
            classes: page.classNames.map(\.printableLine))
        parameters = page.network.layout.parameters.map {
            Place(name: $0.name, offset: $0.offset, count: $0.count)
        }
        weights = Base64.text(
            page.parameters.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
        preparation = page.preparation
        accuracy = page.accuracy?.share
        evaluated = page.accuracy?.count
        let shown = page.mistakes.prefix(Self.mostPixels / max(1, page.rows * page.columns))
        mistakes = shown.map {
            Mistake(index: $0.index, label: $0.label, predicted: $0.predicted, probability: $0.probability)
        }
        mistakePixels = Base64.text(shown.flatMap(\.pixels))
    }
}

/// Bytes as text, RFC 4648.
enum Base64 {
    static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

extension RecurrentCell {
    /// The name in `network.js`, which computes each of these cells. A new cell is added there, too.
    fileprivate var nameInScript: String {
        switch self {
        case .rnnTanh, .rnnReLU, .lstm, .gru, .gruResetBefore: rawValue
        }
    }
}

extension Readout {
    /// The name in `network.js`, which computes each of these readouts. A new readout is added there, too.
    fileprivate var nameInScript: String {
        switch self {
        case .all, .last, .final, .mean: rawValue
        case .each: preconditionFailure("readout: expected one output for an image, received each")
        }
    }
}

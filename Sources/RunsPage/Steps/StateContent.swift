import Datasets
import Platform

/// The answer of `/api/at`: what a network does when it reads an image.
struct StateContent: Encodable {
    struct Image: Encodable {
        let rows: Int
        let columns: Int
        let pixels: String
        let index: Int
        let label: Int
        /// The number of images in the split.
        let count: Int
    }

    struct Layer: Encodable {
        let directions: [Direction]
    }

    struct Direction: Encodable {
        let states: [[Double]]
        /// The gates by their names: input, forget, candidate, output; reset, update, candidate; none.
        let gates: [String: [[Double]]]
        let cells: [[Double]]?
        let gradientNorms: [Double]

        init(_ direction: StateTrace.Direction) {
            states = rounded(direction.states)
            gates = Dictionary(uniqueKeysWithValues: direction.gates.map { ($0.name, rounded($0.values)) })
            cells = direction.cells.isEmpty ? nil : rounded(direction.cells)
            gradientNorms = direction.gradientNorms
        }
    }

    let step: Int
    let epoch: Int
    let fromStep: Int
    let computedSteps: Int
    let sha256: String
    let image: Image
    let classNames: [String]
    let probabilities: [Double]
    let predicted: Int
    let layers: [Layer]
    let loss: Double

    init(
        _ weights: StepWeights, _ image: LabeledImage, of count: Int, _ trace: StateTrace,
        _ classNames: [String]
    ) {
        self.classNames = classNames.map(\.printableLine)
        step = weights.step
        epoch = weights.epoch
        fromStep = weights.origin
        computedSteps = weights.step - weights.origin
        sha256 = weights.sha256
        let picture = PixelImage(image)
        self.image = Image(
            rows: picture.rows, columns: picture.columns, pixels: picture.pixels, index: image.index,
            label: image.label, count: count)
        probabilities = trace.probabilities
        predicted = trace.predicted
        layers = trace.layers.map { Layer(directions: $0.map(Direction.init)) }
        loss = trace.loss
    }
}

/// Rounds numbers for pictures, so that the answer is short.
private func rounded(_ rows: [[Double]]) -> [[Double]] {
    rows.map { $0.map { ($0 * 1e5).rounded() / 1e5 } }
}

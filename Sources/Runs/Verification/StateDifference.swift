import NeuralNetworks
import Training

/// The first number in which two states of a training differ: of the weights, then of the optimizer's buffers, then of the
/// averaged weights.
package struct StateDifference: Hashable, Sendable {
    /// The tensor's name in a checkpoint: "lstm.weight_hh_l0", "optimizer.exp_avg.fc.bias".
    package let tensor: String
    /// The index in the tensor, one number for each dimension.
    package let index: [Int]
    /// Both numbers, as bits, because two that are not a number can differ.
    private let bits: [UInt32]

    package var values: [Float] { bits.map(Float.init(bitPattern:)) }

    /// The place: "lstm.weight_hh_l0[3, 7]".
    package var place: String { "\(tensor)\(index)" }

    init(tensor: String, index: [Int], values: [Float]) {
        (self.tensor, self.index, bits) = (tensor, index, values.map(\.bitPattern))
    }

    /// Returns nil if the states are equal to the last bit. The models have the same layout.
    ///
    /// - Parameter onlyWeights: Whether only the weights are compared.
    package init?(between first: Checkpoint, and second: Checkpoint, onlyWeights: Bool = false) {
        var pairs = [("", first.parameters, second.parameters)]
        if !onlyWeights {
            pairs += zip(first.optimizerBuffers, second.optimizerBuffers).map {
                ("optimizer.\($0.name).", $0.values, $1.values)
            }
            if let own = first.average, let other = second.average { pairs.append(("ema.", own, other)) }
        }
        for (mark, own, other) in pairs {
            guard
                let offset = zip(own, other).enumerated().first(where: {
                    $0.element.0.bitPattern != $0.element.1.bitPattern
                })?.offset,
                let parameter = first.model.layout.parameters.first(where: { $0.range.contains(offset) })
            else { continue }
            tensor = mark + parameter.name
            var rest = offset - parameter.range.lowerBound
            var index: [Int] = []
            for size in parameter.shape.reversed() {
                index.insert(rest % size, at: 0)
                rest /= size
            }
            self.index = index
            bits = [own[offset].bitPattern, other[offset].bitPattern]
            return
        }
        return nil
    }
}

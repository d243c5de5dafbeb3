/// A copy of a layer or a model that several tasks can call at the same time. Its parameters are constant.
///
///     let snapshot = lstm.snapshot()
///     async let first = snapshot(batches[0]).output
///     async let second = snapshot(batches[1]).output
///
/// The results have the bits of the layer's results when it was copied; training the layer does not change them. There is
/// no dropout. If the layer has several threads, one call at a time computes on them, and other calls compute on their
/// own thread meanwhile, with the same bits.
///
/// The layer itself must not be called from two tasks at the same time.
public struct LayerSnapshot<Layer>: @unchecked Sendable {  // A call writes only to its own memory.
    /// A layer with constant parameters, to which nothing else refers.
    let layer: Layer
}

extension LayerSnapshot {
    /// Returns the output and the final states of a recurrent layer. Wrong shapes and lengths trap.
    ///
    /// - Parameters:
    ///   - input: (L, N, D), (N, L, D) with `batchFirst`, or (L, D).
    ///   - state: The states before each sequence's first step; nil for zeros.
    ///   - lengths: The length of each sequence in steps, 1 to L; nil if all are L.
    public func callAsFunction<Kind>(
        _ input: Tensor, state: RecurrentLayer<Kind>.State? = nil, lengths: [Int]? = nil
    ) -> RecurrentLayer<Kind>.Result where Layer == RecurrentLayer<Kind> {
        layer(input, state: state, lengths: lengths)
    }

    /// Returns the states after a step of a cell, from an input (N, D) or (D) and the previous states; nil for zeros. Wrong
    /// shapes trap.
    public func callAsFunction<Kind>(
        _ input: Tensor, _ state: RecurrentCellLayer<Kind>.State? = nil
    ) -> RecurrentCellLayer<Kind>.State where Layer == RecurrentCellLayer<Kind> {
        layer(input, state)
    }
}

extension LayerSnapshot where Layer == Linear {
    /// Returns the output (…, outputs) for an input (…, inputs). A last dimension of another size traps.
    public func callAsFunction(_ input: Tensor) -> Tensor { layer(input) }
}

extension LayerSnapshot where Layer == Embedding {
    /// Returns the vectors at indices of any shape: (…) to (…, D). An index outside 0 ..< count traps.
    public func callAsFunction(_ indices: Indices) -> Tensor { layer(indices) }
}

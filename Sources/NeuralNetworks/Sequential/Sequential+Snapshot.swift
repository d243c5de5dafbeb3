extension LayerSnapshot where Layer == Sequential {
    /// Returns the output of the last layer for an input (N, …). An input of another shape, and lengths that do not fit,
    /// trap.
    ///
    /// - Parameters:
    ///   - input: (N, L, D), or (N, D), or (N, L) of indices.
    ///   - lengths: The length of each sequence, 1 to L; nil if all are L.
    public func callAsFunction(_ input: Tensor, lengths: [Int]? = nil) -> Tensor {
        layer(input, lengths: lengths)
    }

    /// Returns the output for an input (N, …), and the states of the layers with `returnState`. An input of another shape,
    /// and lengths that do not fit, trap.
    public func result(_ input: Tensor, lengths: [Int]? = nil) -> Sequential.Result {
        layer.result(input, lengths: lengths)
    }
}

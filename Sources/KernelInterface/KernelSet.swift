/// The kernels compiled for one instruction set. Each of the modules `Kernels…` has one. All sets with a fused
/// multiply-add give bit-identical results.
package typealias KernelSet = MatrixKernels & SymbolKernels & RecurrentKernels & SequenceKernels
    & SampleKernels & OptimizerKernels & PeakKernels & Sendable

/// Matrix products over a shard.
package protocol MatrixKernels {
    /// Returns the number of floats in a packed `rows` × `columns` matrix.
    func packedCount(rows: Int, columns: Int) -> Int

    /// Packs a matrix for products into panels. A panel has as many rows as the instruction set's registers hold, in
    /// the order `[column][row]`; rows past the last are zero.
    ///
    /// Element (r, c) is `source[r * rowStride + c * columnStride]`, plus the same element of `added` if that is not
    /// nil (PyTorch's two biases).
    func pack(
        _ source: UnsafePointer<Float>, adding added: UnsafePointer<Float>?, rows: Int, columns: Int,
        rowStride: Int, columnStride: Int, into packed: UnsafeMutablePointer<Float>)

    /// Computes output[t] = start + first.weights · first.input[t] + second.weights · second.input[t] at each step.
    ///
    /// With an output of step stride zero and `ProductStart.output`, the products of all steps are summed.
    func product(
        rows: Int, steps: Int, start: ProductStart, first: ProductTerm, second: ProductTerm?,
        output: LaneTensor)

    /// Adds a weight gradient: gradient[r * rowStride + c] += Σ over steps and lanes of outer[t][r] · inner[t][c].
    ///
    /// `innerRanges` [L], if not nil, are the features of `inner` that may be non-zero.
    func weightGradient(
        rows: Int, columns: Int, steps: Int, outer: LaneTensor, inner: LaneTensor,
        innerRanges: UnsafePointer<FeatureRange>?, gradient: UnsafeMutablePointer<Float>, rowStride: Int)

    /// Adds a bias gradient: gradient[r] += Σ over steps and lanes of outer[t][r].
    func biasGradient(rows: Int, steps: Int, outer: LaneTensor, gradient: UnsafeMutablePointer<Float>)
}

/// The products of the first layer's input weights with one-hot vectors, which are given by the indices of their ones,
/// the symbols. Symbols out of range are undefined behaviour.
package protocol SymbolKernels {
    /// Computes a table of the sums that each symbol gives: table[s][r] = bias[r] + second[r] + weights[r][s].
    ///
    /// - Parameters:
    ///   - weights: [rows][symbols]
    ///   - bias: [rows] The bias; nil for zeros.
    ///   - second: [rows] Another bias, which is added to the first `secondRows` rows; nil for zeros.
    ///   - table: Its rows are `InputTableShape.stride(rows:)` floats apart.
    func packTable(
        _ weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, second: UnsafePointer<Float>?,
        secondRows: Int, rows: Int, symbols: Int, into table: UnsafeMutablePointer<Float>)

    /// Copies the table's row of each lane's symbol: gates[r][lane] = table[symbols[lane]][r]. The result has the same
    /// bits as the product with one-hot vectors.
    func lookUp(
        _ table: UnsafePointer<Float>, rows: Int, symbols: UnsafePointer<Int32>,
        into gates: UnsafeMutablePointer<Float>)

    /// Adds gates[r][lane] to table[symbols[lane]][r], in the order of the lanes.
    func addToTable(
        _ gates: UnsafePointer<Float>, rows: Int, symbols: UnsafePointer<Int32>,
        table: UnsafeMutablePointer<Float>)

    /// Adds a table to a matrix [rows][symbols]: gradient[r][s] += table[s][r].
    func addTable(
        _ table: UnsafePointer<Float>, rows: Int, symbols: Int, to gradient: UnsafeMutablePointer<Float>)
}

/// Recurrent layers, one direction at a time.
package protocol RecurrentKernels {
    /// Computes the outputs of all steps and the final cell state, and the derivatives if `keepsFactors`.
    func forward(_ recurrence: Recurrence, _ pass: RecurrentPass, keepsFactors: Bool)

    /// Computes the gradients of the pre-activations of all gates, of the output of each step and of the initial
    /// states.
    func backward(_ recurrence: Recurrence, _ pass: RecurrentPass)

    /// Applies a dropout mask and sequence lengths: target[t][f][lane] = source[t][f][lane], or zero past the end of
    /// the lane's sequence and where the dropout mask is zero. With dropout probability p, the other numbers are
    /// divided by 1 - p. The mask depends only on the lane's key, t and f, so that gradients are filtered in the same
    /// way as values. Source and target may be the same.
    func filter(
        _ filter: LaneFilter, steps: Int, features: Int, from source: LaneTensor, to target: LaneTensor)

    /// Computes target[f][lane] = the mean of source[t][f][lane] over the lane's steps. With `lengths` [lane], the
    /// source must be zero past the end of each lane's sequence.
    func mean(
        steps: Int, lengths: UnsafePointer<Float>?, features: Int, of source: LaneTensor,
        into target: UnsafeMutablePointer<Float>)

    /// Computes target[t][f][lane] = source[f][lane] / the lane's number of steps, also past the end of its sequence.
    /// Within the sequence it is the gradient of `mean`.
    func spread(
        steps: Int, lengths: UnsafePointer<Float>?, features: Int, of source: UnsafePointer<Float>,
        into target: LaneTensor)
}

/// Recurrent layers on one sequence at a time, for the lowest latency.
package protocol SequenceKernels {
    /// Computes target[i] = bytes[i] · scale.
    func scale(
        bytes: UnsafePointer<UInt8>, count: Int, by scale: Float, into target: UnsafeMutablePointer<Float>)

    /// Computes values[t][d] = (values[t][d] - mean[d]) · factor[d] at each step.
    func normalize(
        _ values: UnsafeMutablePointer<Float>, steps: Int, features: Int, mean: UnsafePointer<Float>,
        factor: UnsafePointer<Float>)

    /// Computes the outputs of all steps of a layer.
    func forward(_ recurrence: Recurrence, _ pass: SequencePass)

    /// Computes target[f] = the mean of source[t][f] over all steps.
    func mean(
        steps: Int, features: Int, of source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>)

    /// Computes scores[c] = bias[c] + Σ weights[f][c] · input[f], with the classes padded to a multiple of sixteen.
    func scores(
        input: UnsafePointer<Float>, features: Int, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        paddedClasses: Int, into scores: UnsafeMutablePointer<Float>)
}

/// Kernels that copy samples to lanes, and that compute losses from outputs.
package protocol SampleKernels {
    /// Copies bytes, multiplied by `scale`, to the lanes: target[t][d][lane] is the sample `indices[lane]`. Samples are
    /// `sampleStride` bytes apart. Lanes from `count` (at least 1) on become copies of lane `count - 1`, so that they
    /// overflow only if a sample does. `ranges` [L] receives the features of the target that may be non-zero.
    func gather(
        bytes: UnsafePointer<UInt8>, sampleStride: Int, indices: UnsafePointer<Int32>, count: Int, steps: Int,
        features: Int, scale: Float, into target: LaneTensor,
        ranges: UnsafeMutablePointer<FeatureRange>)

    /// Copies numbers to the lanes: target[t][d][lane] is the sample `indices[lane]`. Samples are `sampleStride`
    /// numbers apart (windows may overlap). Lanes from `count` (at least 1) on become copies of lane `count - 1`.
    func gather(
        values: UnsafePointer<Float>, sampleStride: Int, indices: UnsafePointer<Int32>, count: Int,
        steps: Int, features: Int, into target: LaneTensor)

    /// Copies lanes back to samples, the reverse of the copy of numbers: the sample `indices[lane]` becomes
    /// source[t][d][lane] for the first `count` lanes. Samples are `sampleStride` numbers apart.
    func scatter(
        _ source: LaneTensor, steps: Int, features: Int, into values: UnsafeMutablePointer<Float>,
        sampleStride: Int, indices: UnsafePointer<Int32>, count: Int)

    /// Finds the features of each step that may be non-zero: `ranges` [L] receives the range from the first to the last
    /// feature that is not zero in every lane.
    func findRanges(
        of tensor: LaneTensor, steps: Int, features: Int, into ranges: UnsafeMutablePointer<FeatureRange>)

    /// Copies sequences of different lengths to the lanes: target[t][d][lane] is the sequence `indices[lane]`, zero past
    /// its end. Lanes from `count` (at least 1) on become copies of lane `count - 1`. With `mean` and `factor` [D], each
    /// number x of feature d becomes (x - mean[d]) · factor[d].
    func gather(
        values: UnsafePointer<Float>, places: SequencePlaces, indices: UnsafePointer<Int32>, count: Int,
        steps: Int, features: Int, mean: UnsafePointer<Float>?, factor: UnsafePointer<Float>?,
        into target: LaneTensor)

    /// Warps an image, with bit-identical results in all instruction sets.
    ///
    /// - Parameters:
    ///   - image: [R][C]
    ///   - warp: The map.
    ///   - target: [R][C] and 15 more bytes, which are overwritten with undefined values.
    func warp(_ image: UnsafePointer<UInt8>, _ warp: ImageWarp, into target: UnsafeMutablePointer<UInt8>)

    /// Returns the sum of the cross-entropy losses of the first `count` lanes of the scores [C][lane], and replaces the
    /// scores by the gradient times `scale`. Lanes from `count` on become zero.
    ///
    /// `labels` [lane] are the classes, each less than `classes`.
    ///
    /// With `labelSmoothing` ε the loss is 1 - ε times the cross-entropy of the label plus ε times the mean
    /// cross-entropy of all classes. The term of each class is multiplied by the weight of the class, and the loss of
    /// each lane by the weight of the lane.
    func crossEntropy(
        scores: UnsafeMutablePointer<Float>, classes: Int, labels: UnsafePointer<Int32>, count: Int,
        weights: LossWeights, scale: Float, labelSmoothing: Float
    ) -> ShardLoss

    /// Returns the distillation loss of the scores [C][lane] against the teacher's scores `wanted`, with a temperature
    /// T: the sum over the first `count` lanes of T² · KL(softmax(wanted / T) ‖ softmax(scores / T)). It replaces
    /// `wanted` by the gradient with respect to the scores times `scale`; lanes from `count` on become zero.
    func divergence(
        scores: UnsafePointer<Float>, wanted: UnsafeMutablePointer<Float>, classes: Int, count: Int,
        temperature: Float, scale: Float
    ) -> Double

    /// Computes values[i] = σ(values[i]); `count` is a multiple of 16.
    func sigmoid(_ values: UnsafeMutablePointer<Float>, count: Int)

    /// Returns the squared error of the outputs [V][lane]: the sum over the first `count` lanes of the mean over a
    /// lane's V values, times the weight of the lane; weights of classes are not read. The number of correct sequences
    /// is 0. `targets` are [sample][V].
    ///
    /// It replaces the outputs by the gradient of that sum times `scale`. The gradient is with respect to the outputs
    /// or, with `throughSigmoid`, to the arguments of the sigmoid that computed them. Lanes from `count` on become
    /// zero.
    func squaredError(
        outputs: UnsafeMutablePointer<Float>, values: Int, targets: UnsafePointer<Float>,
        indices: UnsafePointer<Int32>, count: Int, weights: LossWeights, scale: Float, throughSigmoid: Bool
    ) -> ShardLoss
}

/// Optimizer updates.
package protocol OptimizerKernels {
    /// Updates parameters and optimizer states by one step.
    func update(_ step: OptimizerStep, _ pass: OptimizerPass)

    /// Sums `count` buffers, which are `stride` floats apart, into the first, in their order, over `range`, whose
    /// bounds are multiples of 16. Returns the sum of squares, bit-identical on every machine.
    func addUp(_ gradients: UnsafeMutablePointer<Float>, stride: Int, count: Int, range: Range<Int>) -> Double
}

/// The processor's peak speed, for comparison with measurements.
package protocol PeakKernels {
    /// Computes at least `count` multiply-adds in registers and returns their number. `factor`, any number below 1,
    /// keeps the compiler from computing them at compile time.
    func multiplyAdds(atLeast count: Int, factor: Float) -> Int
}

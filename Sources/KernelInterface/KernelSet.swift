/// The kernels compiled for one instruction set. Each of the modules `Kernels…` has one; all that have a fused
/// multiply-add give the same results to the last bit.
package typealias KernelSet = MatrixKernels & RecurrentKernels & SequenceKernels & SampleKernels
    & OptimizerKernels
    & PeakKernels & Sendable

/// Matrix products over a shard.
package protocol MatrixKernels {
    /// The number of floats of a packed `rows` × `columns` matrix.
    func packedCount(rows: Int, columns: Int) -> Int

    /// Reorders a matrix for products: panels of as many rows as the instruction set's registers hold,
    /// each panel `[column][row]`, with zeros in the rows past the last.
    ///
    /// Element (r, c) is `source[r * rowStride + c * columnStride]`, plus the same element of `added` if that is not
    /// nil (PyTorch's two biases).
    func pack(
        _ source: UnsafePointer<Float>, adding added: UnsafePointer<Float>?, rows: Int, columns: Int,
        rowStride: Int, columnStride: Int, into packed: UnsafeMutablePointer<Float>)

    /// output[t] = start + first.weights · first.input[t] + second.weights · second.input[t] at each step.
    ///
    /// With an output of step stride zero and `ProductStart.output` the products of all steps are summed.
    func product(
        rows: Int, steps: Int, start: ProductStart, first: ProductTerm, second: ProductTerm?,
        output: LaneTensor)

    /// gradient[r * rowStride + c] += Σ over steps and lanes of outer[t][r] · inner[t][c].
    ///
    /// `innerRanges` [L], if not nil, are the features of `inner` that may be non-zero.
    func weightGradient(
        rows: Int, columns: Int, steps: Int, outer: LaneTensor, inner: LaneTensor,
        innerRanges: UnsafePointer<FeatureRange>?, gradient: UnsafeMutablePointer<Float>, rowStride: Int)

    /// gradient[r] += Σ over steps and lanes of outer[t][r].
    func biasGradient(rows: Int, steps: Int, outer: LaneTensor, gradient: UnsafeMutablePointer<Float>)
}

/// Recurrent layers, one direction at a time.
package protocol RecurrentKernels {
    /// Computes the outputs of all steps and the final cell state, and the derivatives if `keepsFactors`.
    func forward(_ recurrence: Recurrence, _ pass: RecurrentPass, keepsFactors: Bool)

    /// Computes the gradients of all gates' pre-activations, of the output of each step and of the initial states.
    func backward(_ recurrence: Recurrence, _ pass: RecurrentPass)

    /// target[t][f][lane] = source[t][f][lane], or zero past the end of the lane's sequence and where the dropout
    /// mask is zero; with dropout, the other numbers are divided by 1 - p. The mask depends only on the lane's key, t
    /// and f, so that gradients are filtered in the same way as values. Source and target may be the same.
    func filter(
        _ filter: LaneFilter, steps: Int, features: Int, from source: LaneTensor, to target: LaneTensor)

    /// target[f][lane] = the mean of source[t][f][lane] over all steps.
    func mean(steps: Int, features: Int, of source: LaneTensor, into target: UnsafeMutablePointer<Float>)

    /// target[t][f][lane] = source[f][lane] / steps: the gradient of `mean`.
    func spread(steps: Int, features: Int, of source: UnsafePointer<Float>, into target: LaneTensor)
}

/// One sequence at a time, for the lowest latency.
package protocol SequenceKernels {
    /// target[i] = bytes[i] · scale.
    func scale(
        bytes: UnsafePointer<UInt8>, count: Int, by scale: Float, into target: UnsafeMutablePointer<Float>)

    /// Computes the outputs of all steps of a layer.
    func forward(_ recurrence: Recurrence, _ pass: SequencePass)

    /// target[f] = the mean of source[t][f] over all steps.
    func mean(
        steps: Int, features: Int, of source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>)

    /// scores[c] = bias[c] + Σ weights[f][c] · input[f], with the classes padded to a multiple of sixteen.
    func scores(
        input: UnsafePointer<Float>, features: Int, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        paddedClasses: Int, into scores: UnsafeMutablePointer<Float>)
}

/// From samples to lanes, and from outputs to a loss.
package protocol SampleKernels {
    /// Copies bytes, times `scale`, to the lanes: target[t][d][lane] of the sample `indices[lane]`. Samples begin
    /// `sampleStride` bytes apart. Lanes from `count` (at least 1) on become copies of lane `count - 1`, so that they
    /// overflow only if a sample does. `ranges` [L] receives the features of the target that may be non-zero.
    func gather(
        bytes: UnsafePointer<UInt8>, sampleStride: Int, indices: UnsafePointer<Int32>, count: Int, steps: Int,
        features: Int, scale: Float, into target: LaneTensor,
        ranges: UnsafeMutablePointer<FeatureRange>)

    /// Copies numbers to the lanes: target[t][d][lane] of the sample `indices[lane]`. Samples begin `sampleStride`
    /// numbers apart (windows may overlap). Lanes from `count` (at least 1) on become copies of lane `count - 1`.
    func gather(
        values: UnsafePointer<Float>, sampleStride: Int, indices: UnsafePointer<Int32>, count: Int,
        steps: Int, features: Int, into target: LaneTensor)

    /// Draws an image through a map, with the same result to the last bit in all instruction sets.
    ///
    /// - Parameters:
    ///   - image: [R][C]
    ///   - warp: the map.
    ///   - target: [R][C] and 15 more bytes, which are overwritten with undefined values.
    func warp(_ image: UnsafePointer<UInt8>, _ warp: ImageWarp, into target: UnsafeMutablePointer<UInt8>)

    /// Returns the cross-entropy of the scores [C][lane] of the first `count` lanes, and replaces the scores by its
    /// gradient times `scale`; lanes from `count` on become zero.
    ///
    /// With `labelSmoothing` ε the loss is 1 - ε times the cross-entropy of the label plus ε times the mean
    /// cross-entropy of all classes.
    func crossEntropy(
        scores: UnsafeMutablePointer<Float>, classes: Int, labels: UnsafePointer<UInt8>,
        indices: UnsafePointer<Int32>, count: Int, scale: Float, labelSmoothing: Float
    ) -> ShardLoss

    /// Returns the divergence of the probabilities of scores [C][lane] from those of the target scores `wanted`, with
    /// a temperature T: the sum over the first `count` lanes of T² · KL(softmax(wanted / T) ‖ softmax(scores / T)).
    /// It replaces `wanted` by the gradient with respect to the scores times `scale`; lanes from `count` on become
    /// zero.
    func divergence(
        scores: UnsafePointer<Float>, wanted: UnsafeMutablePointer<Float>, classes: Int, count: Int,
        temperature: Float, scale: Float
    ) -> Double

    /// values[i] = σ(values[i]); `count` is a multiple of 16.
    func sigmoid(_ values: UnsafeMutablePointer<Float>, count: Int)

    /// Returns the squared error of the outputs [V][lane] of the first `count` lanes: the sum of each lane's mean
    /// over its V values; none counts as correct. `targets` are [sample][V].
    ///
    /// It replaces the outputs by the gradient of that sum times `scale`, with respect to the outputs or, with
    /// `throughSigmoid`, to the arguments of the sigmoid that computed them; lanes from `count` on become zero.
    func squaredError(
        outputs: UnsafeMutablePointer<Float>, values: Int, targets: UnsafePointer<Float>,
        indices: UnsafePointer<Int32>, count: Int, scale: Float, throughSigmoid: Bool
    ) -> ShardLoss
}

/// The updates of parameters.
package protocol OptimizerKernels {
    /// Updates parameters and optimizer states by one step.
    func update(_ step: OptimizerStep, _ pass: OptimizerPass)

    /// Adds `count` buffers, `stride` floats apart, to the first in their order, over `range`, whose bounds are
    /// multiples of 16. Returns the sum of squares, the same to the last bit on every machine.
    func addUp(_ gradients: UnsafeMutablePointer<Float>, stride: Int, count: Int, range: Range<Int>) -> Double
}

/// The processor's peak speed, which measurements are compared with.
package protocol PeakKernels {
    /// Makes at least `count` multiply-adds in registers and returns how many. `factor`, any number below 1,
    /// keeps the compiler from computing them beforehand.
    func multiplyAdds(atLeast count: Int, factor: Float) -> Int
}

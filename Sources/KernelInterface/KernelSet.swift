/// Everything compiled for one instruction set. The modules `Kernels…` each hold one; results agree to
/// the last bit between all that have a fused multiply-add.
package typealias KernelSet = MatrixKernels & RecurrentKernels & SequenceKernels & SampleKernels
    & OptimizerKernels
    & PeakKernels & Sendable

/// Matrix products over a shard.
package protocol MatrixKernels {
    /// Floats that a packed `rows` × `columns` matrix takes.
    func packedCount(rows: Int, columns: Int) -> Int

    /// Reorders a matrix for products: panels of as many rows as the instruction set's registers hold,
    /// each panel `[column][row]`, rows past the last one zero.
    ///
    /// Element (r, c) is read at `source[r * rowStride + c * columnStride]`, plus the same of `added` if
    /// there is one (PyTorch's two biases).
    func pack(
        _ source: UnsafePointer<Float>, adding added: UnsafePointer<Float>?, rows: Int, columns: Int,
        rowStride: Int, columnStride: Int, into packed: UnsafeMutablePointer<Float>)

    /// output[t] = start + first.weights · first.input[t] + second.weights · second.input[t] at each step.
    ///
    /// With an output of step stride zero and `ProductStart.output` the products of all steps add up.
    func product(
        rows: Int, steps: Int, start: ProductStart, first: ProductTerm, second: ProductTerm?,
        output: LaneTensor)

    /// gradient[r * rowStride + c] += Σ over steps and lanes of outer[t][r] · inner[t][c].
    ///
    /// `innerRanges` [L], if given, says where `inner` is not zero.
    func weightGradient(
        rows: Int, columns: Int, steps: Int, outer: LaneTensor, inner: LaneTensor,
        innerRanges: UnsafePointer<FeatureRange>?, gradient: UnsafeMutablePointer<Float>, rowStride: Int)

    /// gradient[r] += Σ over steps and lanes of outer[t][r].
    func biasGradient(rows: Int, steps: Int, outer: LaneTensor, gradient: UnsafeMutablePointer<Float>)
}

/// Recurrent layers, one direction at a time.
package protocol RecurrentKernels {
    /// Outputs of all steps and the final cell state; derivatives too if `keepsFactors`.
    func forward(_ recurrence: Recurrence, _ pass: RecurrentPass, keepsFactors: Bool)

    /// Gradients of all gates' pre-activations, of the output of each step and of the initial states.
    func backward(_ recurrence: Recurrence, _ pass: RecurrentPass)

    /// target[t][f][lane] = source[t][f][lane], but zero past the end of the lane's sequence and where the
    /// dropout mask is; with dropout the rest is divided by the probability to stay. The mask depends on the
    /// lane's key, t and f alone, so that gradients can be filtered as the values were. Both may be one.
    func filter(
        _ filter: LaneFilter, steps: Int, features: Int, from source: LaneTensor, to target: LaneTensor)

    /// target[f][lane] = the mean of source[t][f][lane] over all steps.
    func mean(steps: Int, features: Int, of source: LaneTensor, into target: UnsafeMutablePointer<Float>)

    /// target[t][f][lane] = source[f][lane] / steps: the gradient of `mean`.
    func spread(steps: Int, features: Int, of source: UnsafePointer<Float>, into target: LaneTensor)
}

/// One sequence at a time, for the lowest latency.
package protocol SequenceKernels {
    /// bytes[i] times `scale`.
    func scale(
        bytes: UnsafePointer<UInt8>, count: Int, by scale: Float, into target: UnsafeMutablePointer<Float>)

    /// All outputs of a layer.
    func forward(_ recurrence: Recurrence, _ pass: SequencePass)

    /// target[f] = the mean of source[t][f] over all steps.
    func mean(
        steps: Int, features: Int, of source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>)

    /// scores[c] = bias[c] + Σ weights[f][c] · input[f], with classes filled up to a multiple of sixteen.
    func scores(
        input: UnsafePointer<Float>, features: Int, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        paddedClasses: Int, into scores: UnsafeMutablePointer<Float>)
}

/// Samples into lanes, and outputs into a loss.
package protocol SampleKernels {
    /// Spreads bytes times `scale` over the lanes: target[t][d][lane] of sample `indices[lane]`, which
    /// starts `sampleStride` bytes after the one before it; lanes from `count` (at
    /// least 1) on become copies of the one before, so that they go astray only where a sample does. `ranges` [L] receives where the target is not zero.
    func gather(
        bytes: UnsafePointer<UInt8>, sampleStride: Int, indices: UnsafePointer<Int32>, count: Int, steps: Int,
        features: Int, scale: Float, into target: LaneTensor,
        ranges: UnsafeMutablePointer<FeatureRange>)

    /// Spreads numbers over the lanes: target[t][d][lane] of sample `indices[lane]`, which starts
    /// `sampleStride` numbers after the one before it (windows may overlap); lanes from `count` (at least 1)
    /// on become copies of the one before.
    func gather(
        values: UnsafePointer<Float>, sampleStride: Int, indices: UnsafePointer<Int32>, count: Int,
        steps: Int, features: Int, into target: LaneTensor)

    /// Draws an image as seen through a map, the same to the last bit in all instruction sets.
    ///
    /// - Parameters:
    ///   - image: [R][C]
    ///   - target: [R][C] and room for 15 bytes more, which become anything.
    func warp(_ image: UnsafePointer<UInt8>, _ warp: ImageWarp, into target: UnsafeMutablePointer<UInt8>)

    /// Cross-entropy of the scores [C][lane] of the first `count` lanes. The scores become their own
    /// gradient times `scale`; lanes from `count` on become zero.
    ///
    /// With `labelSmoothing` ε the loss is 1 - ε of that plus ε of its mean over all classes as labels.
    func crossEntropy(
        scores: UnsafeMutablePointer<Float>, classes: Int, labels: UnsafePointer<UInt8>,
        indices: UnsafePointer<Int32>, count: Int, scale: Float, labelSmoothing: Float
    ) -> ShardLoss

    /// How far the probabilities of scores [C][lane] are from those of wanted ones, both of the first `count` lanes and
    /// softened by a temperature T: the sum of T² · KL(softmax(wanted / T) ‖ softmax(scores / T)). The wanted scores become
    /// its gradient by the scores times `scale`, that of lanes from `count` on zero.
    func divergence(
        scores: UnsafePointer<Float>, wanted: UnsafeMutablePointer<Float>, classes: Int, count: Int,
        temperature: Float, scale: Float
    ) -> Double

    /// values[i] = σ(values[i]); `count` is a multiple of 16.
    func sigmoid(_ values: UnsafeMutablePointer<Float>, count: Int)

    /// Squared error of the outputs [V][lane] of the first `count` lanes: of each the mean over its V values,
    /// added up; none is correct. `targets` are [sample][V].
    ///
    /// The outputs become the gradient of that sum times `scale`, by themselves or, with `throughSigmoid`, by
    /// what the sigmoid was taken of that made them; lanes from `count` on become zero.
    func squaredError(
        outputs: UnsafeMutablePointer<Float>, values: Int, targets: UnsafePointer<Float>,
        indices: UnsafePointer<Int32>, count: Int, scale: Float, throughSigmoid: Bool
    ) -> ShardLoss
}

package protocol OptimizerKernels {
    /// Moves parameters against their gradient as an optimizer does.
    func update(_ step: OptimizerStep, _ pass: OptimizerPass)

    /// Adds `count` buffers, `stride` floats apart, to the first one in their order, over `range`, whose bounds
    /// are multiples of 16. The result is the sum of squares, the same to the last bit on every machine.
    func addUp(_ gradients: UnsafeMutablePointer<Float>, stride: Int, count: Int, range: Range<Int>) -> Double
}

/// What the processor could do at best, to measure everything else against.
package protocol PeakKernels {
    /// Makes at least `count` multiply-adds in registers and returns how many. `factor`, any number below 1,
    /// keeps the compiler from computing them beforehand.
    func multiplyAdds(atLeast count: Int, factor: Float) -> Int
}

import KernelInterface

/// The hot loops of recurrent networks, compiled for this module's instruction set. The sources of this folder are
/// compiled once for each set, as `Kernels`, `KernelsAVX2` and `KernelsAVX512`.
///
/// A product keeps a tile of its result in registers (see `Tile.swift`). Its shape is chosen so that a tile of three
/// thirds just fits: 12 rows × 32 lanes with AVX-512 (32 registers of 16 floats), 6 × 16 with AVX2 (16 registers of 8)
/// and NEON (32 registers of 4), 3 × 16 with SSE (16 registers of 4).
package struct CompiledKernels: KernelSet {
    /// A third of a tile for AVX-512: 4 rows × 32 lanes, in 8 of its registers.
    private typealias WideThird = Two<Two<Row<TwoVectors>>>
    /// A third of a tile for AVX2 and NEON: 2 rows × 16 lanes, in 4 or 8 registers.
    private typealias MiddleThird = Two<Row<OneVector>>
    /// A third of a tile for SSE: 1 row × 16 lanes, in 4 registers.
    private typealias NarrowThird = Row<OneVector>

    /// The instruction set that a processor must have to run this module.
    package enum Requirement: Sendable { case baseline, avx2, avx512 }

    package static var required: Requirement {
        compiledWithAVX512 ? .avx512 : compiledWithAVX2 ? .avx2 : .baseline
    }

    package init() {}

    private var thirdRows: Int {
        compiledWithAVX512 ? WideThird.rows : compiledWithFMA ? MiddleThird.rows : NarrowThird.rows
    }

    package func packedCount(rows: Int, columns: Int) -> Int {
        Packing.count(third: thirdRows, rows: rows, columns: columns)
    }

    package func pack(
        _ source: UnsafePointer<Float>, adding added: UnsafePointer<Float>?, rows: Int, columns: Int,
        rowStride: Int, columnStride: Int, into packed: UnsafeMutablePointer<Float>
    ) {
        Packing.pack(
            source, adding: added, third: thirdRows, rows: rows, columns: columns, rowStride: rowStride,
            columnStride: columnStride, into: packed)
    }

    package func product(
        rows: Int, steps: Int, start: ProductStart, first: ProductTerm, second: ProductTerm?,
        output: LaneTensor
    ) {
        if compiledWithAVX512 {
            run(WideThird.self, rows, steps, start, first, second, output)
        } else if compiledWithFMA {
            run(MiddleThird.self, rows, steps, start, first, second, output)
        } else {
            run(NarrowThird.self, rows, steps, start, first, second, output)
        }
    }

    @inline(__always)
    private func run<Third: Tile>(
        _: Third.Type, _ rows: Int, _ steps: Int, _ start: ProductStart, _ first: ProductTerm,
        _ second: ProductTerm?, _ output: LaneTensor
    ) {
        var other = second ?? first
        if second == nil { other.columns = 0 }
        for step in 0..<steps {
            Product<Third>.run(
                rows: rows, start: start, .init(first, step: step), .init(other, step: step),
                output: output[step])
        }
    }

    package func weightGradient(
        rows: Int, columns: Int, steps: Int, outer: LaneTensor, inner: LaneTensor,
        innerRanges: UnsafePointer<FeatureRange>?, gradient: UnsafeMutablePointer<Float>, rowStride: Int
    ) {
        WeightGradient.run(
            .init(
                rows: rows, columns: columns, steps: steps, outer: outer, inner: inner,
                innerRanges: innerRanges,
                gradient: gradient, rowStride: rowStride))
    }

    package func biasGradient(rows: Int, steps: Int, outer: LaneTensor, gradient: UnsafeMutablePointer<Float>)
    {
        BiasGradient.run(rows: rows, steps: steps, outer: outer, gradient: gradient)
    }

    package func forward(_ recurrence: Recurrence, _ pass: RecurrentPass, keepsFactors: Bool) {
        if compiledWithAVX512 {
            Cells<WideThird>.forward(recurrence, pass, keepsFactors: keepsFactors)
        } else if compiledWithFMA {
            Cells<MiddleThird>.forward(recurrence, pass, keepsFactors: keepsFactors)
        } else {
            Cells<NarrowThird>.forward(recurrence, pass, keepsFactors: keepsFactors)
        }
    }

    package func backward(_ recurrence: Recurrence, _ pass: RecurrentPass) {
        if compiledWithAVX512 {
            Cells<WideThird>.backward(recurrence, pass)
        } else if compiledWithFMA {
            Cells<MiddleThird>.backward(recurrence, pass)
        } else {
            Cells<NarrowThird>.backward(recurrence, pass)
        }
    }

    package func filter(
        _ filter: LaneFilter, steps: Int, features: Int, from source: LaneTensor, to target: LaneTensor
    ) {
        Filter.run(filter, steps: steps, features: features, from: source, to: target)
    }

    package func mean(
        steps: Int, lengths: UnsafePointer<Float>?, features: Int, of source: LaneTensor,
        into target: UnsafeMutablePointer<Float>
    ) {
        Mean.run(steps: steps, lengths: lengths, features: features, of: source, into: target)
    }

    package func spread(
        steps: Int, lengths: UnsafePointer<Float>?, features: Int, of source: UnsafePointer<Float>,
        into target: LaneTensor
    ) {
        Mean.spread(steps: steps, lengths: lengths, features: features, of: source, into: target)
    }

    package func scale(
        bytes: UnsafePointer<UInt8>, count: Int, by scale: Float, into target: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<count { target[index] = Float(bytes[index]) * scale }
    }

    package func normalize(
        _ values: UnsafeMutablePointer<Float>, steps: Int, features: Int, mean: UnsafePointer<Float>,
        factor: UnsafePointer<Float>
    ) {
        for step in 0..<steps {
            let row = values + step * features
            for feature in 0..<features { row[feature] = (row[feature] - mean[feature]) * factor[feature] }
        }
    }

    package func forward(_ recurrence: Recurrence, _ pass: SequencePass) {
        SequenceLoops.run(recurrence, pass)
    }

    package func packTable(
        _ weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, second: UnsafePointer<Float>?,
        secondRows: Int, rows: Int, symbols: Int, into table: UnsafeMutablePointer<Float>
    ) {
        InputTable.pack(
            weights, bias: bias, second: second, secondRows: secondRows, rows: rows, symbols: symbols,
            into: table)
    }

    package func lookUp(
        _ table: UnsafePointer<Float>, rows: Int, symbols: UnsafePointer<Int32>,
        into gates: UnsafeMutablePointer<Float>
    ) {
        InputTable.lookUp(table, rows: rows, symbols: symbols, into: gates)
    }

    package func addToTable(
        _ gates: UnsafePointer<Float>, rows: Int, symbols: UnsafePointer<Int32>,
        table: UnsafeMutablePointer<Float>
    ) {
        InputTable.add(gates, rows: rows, symbols: symbols, to: table)
    }

    package func addTable(
        _ table: UnsafePointer<Float>, rows: Int, symbols: Int, to gradient: UnsafeMutablePointer<Float>
    ) {
        InputTable.addTransposed(table, rows: rows, symbols: symbols, to: gradient)
    }

    package func mean(
        steps: Int, features: Int, of source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) {
        Mean.run(steps: steps, features: features, of: source, into: target)
    }

    package func scores(
        input: UnsafePointer<Float>, features: Int, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        paddedClasses: Int, into scores: UnsafeMutablePointer<Float>
    ) {
        for first in stride(from: 0, to: paddedClasses, by: vectorWidth) {
            var sum = loadVector(bias, first)
            for feature in 0..<features {
                sum = multiplyAdd(
                    sum, broadcast(input[feature]), loadVector(weights, feature * paddedClasses + first))
            }
            storeVector(sum, scores, first)
        }
    }

    package func gather(
        bytes: UnsafePointer<UInt8>, sampleStride: Int, indices: UnsafePointer<Int32>, count: Int, steps: Int,
        features: Int, scale: Float, into target: LaneTensor,
        ranges: UnsafeMutablePointer<FeatureRange>
    ) {
        Gather.run(
            bytes: bytes, sampleStride: sampleStride, indices: indices, count: count, steps: steps,
            features: features, scale: scale, into: target, ranges: ranges)
    }

    package func gather(
        values: UnsafePointer<Float>, sampleStride: Int, indices: UnsafePointer<Int32>, count: Int,
        steps: Int, features: Int, into target: LaneTensor
    ) {
        Gather.run(
            values: values, sampleStride: sampleStride, indices: indices, count: count, steps: steps,
            features: features, into: target)
    }

    package func scatter(
        _ source: LaneTensor, steps: Int, features: Int, into values: UnsafeMutablePointer<Float>,
        sampleStride: Int, indices: UnsafePointer<Int32>, count: Int
    ) {
        Gather.run(
            source, steps: steps, features: features, into: values, sampleStride: sampleStride,
            indices: indices, count: count)
    }

    package func findRanges(
        of tensor: LaneTensor, steps: Int, features: Int, into ranges: UnsafeMutablePointer<FeatureRange>
    ) {
        Gather.findRanges(of: tensor, steps: steps, features: features, into: ranges)
    }

    package func gather(
        values: UnsafePointer<Float>, places: SequencePlaces, indices: UnsafePointer<Int32>, count: Int,
        steps: Int, features: Int, mean: UnsafePointer<Float>?, factor: UnsafePointer<Float>?,
        into target: LaneTensor
    ) {
        Gather.run(
            values: values, places: places, indices: indices, count: count, steps: steps, features: features,
            mean: mean, factor: factor, into: target)
    }

    package func warp(
        _ image: UnsafePointer<UInt8>, _ warp: ImageWarp, into target: UnsafeMutablePointer<UInt8>
    ) {
        Warp.run(image, warp, into: target)
    }

    package func crossEntropy(
        scores: UnsafeMutablePointer<Float>, classes: Int, labels: UnsafePointer<Int32>, count: Int,
        weights: LossWeights, scale: Float, labelSmoothing: Float
    ) -> ShardLoss {
        CrossEntropy.run(
            scores: scores, classes: classes, labels: labels, count: count, weights: weights, scale: scale,
            labelSmoothing: labelSmoothing)
    }

    package func divergence(
        scores: UnsafePointer<Float>, wanted: UnsafeMutablePointer<Float>, classes: Int, count: Int,
        temperature: Float, scale: Float
    ) -> Double {
        DistillationLoss.run(
            scores: scores, wanted: wanted, classes: classes, count: count, temperature: temperature,
            scale: scale)
    }

    package func sigmoid(_ values: UnsafeMutablePointer<Float>, count: Int) {
        Sigmoid.run(values, count: count)
    }

    package func squaredError(
        outputs: UnsafeMutablePointer<Float>, values: Int, targets: UnsafePointer<Float>,
        indices: UnsafePointer<Int32>, count: Int, weights: LossWeights, scale: Float, throughSigmoid: Bool
    ) -> ShardLoss {
        SquaredError.run(
            outputs: outputs, values: values, targets: targets, indices: indices, count: count,
            weights: weights, scale: scale, throughSigmoid: throughSigmoid)
    }

    package func update(_ step: OptimizerStep, _ pass: OptimizerPass) {
        ParameterUpdate.run(step, pass)
    }

    package func addUp(
        _ gradients: UnsafeMutablePointer<Float>, stride: Int, count: Int, range: Range<Int>
    ) -> Double {
        GradientSum.run(gradients, stride: stride, count: count, range: range)
    }

    package func multiplyAdds(atLeast count: Int, factor: Float) -> Int {
        let rounds = count / Peak.perRound + 1
        // The sum is never NaN; the test keeps the compiler from removing the operations.
        return Peak.run(rounds: rounds, factor: factor).isNaN ? 0 : rounds * Peak.perRound
    }
}

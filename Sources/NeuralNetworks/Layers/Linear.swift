import KernelInterface
import Randomness

/// y = W x + b (`torch.nn.Linear`), for the last dimension of a tensor of any shape.
///
///     let linear = Linear(inputSize: 24, outputSize: 10)
///     linear(Tensor(shape: [128, 28, 24])).shape   // [128, 28, 10]
///
/// Parameters: `weight` (outputs, inputs) and `bias` (outputs), both from U(-1/√inputs, 1/√inputs).
/// Layers alike start alike, unless they have seeds of their own.
public final class Linear: Module {
    public let inputSize: Int
    public let outputSize: Int
    public let layout: ParameterLayout
    public let parameters: FloatBuffer
    public let gradients: FloatBuffer

    private let offsets: LinearShape.Offsets
    private let kernels: any KernelSet
    private let memory: FloatBuffer
    private let watch: ParameterWatch
    private let weights, weightsTransposed, bias, zeroBias: UnsafeMutablePointer<Float>

    public init(inputSize: Int, outputSize: Int, seed: UInt64 = 0, instructionSet: InstructionSet = .best) {
        let shape = LinearShape(inputSize: inputSize, outputSize: outputSize)
        let kernels = instructionSet.kernels
        var layout = ParameterLayout()
        offsets = shape.append(to: &layout, prefix: "")
        self.inputSize = inputSize
        self.outputSize = outputSize
        self.layout = layout
        self.kernels = kernels
        parameters = FloatBuffer(count: layout.count)
        gradients = FloatBuffer(count: layout.count)
        watch = ParameterWatch(parameters)
        let (memory, parts) = Arena.divided { arena in
            (
                weights: arena.take(kernels.packedCount(rows: outputSize, columns: inputSize)),
                transposed: arena.take(kernels.packedCount(rows: inputSize, columns: outputSize)),
                bias: arena.take(kernels.packedCount(rows: outputSize, columns: 1)),
                zeroBias: arena.take(kernels.packedCount(rows: inputSize, columns: 1))
            )
        }
        self.memory = memory
        (weights, weightsTransposed, bias, zeroBias) = parts
        var generator = SplitMix64(seed, RandomPurpose.initialization.rawValue)
        for index in 0..<layout.count {
            parameters.base[index] = generator.nextSymmetric(bound: shape.initialBound)
        }
    }

    /// (…, inputs) to (…, outputs).
    public func callAsFunction(_ input: Tensor) -> Tensor { forward(input).output }

    /// The same, to be run backward.
    public func forward(_ input: Tensor) -> Forward {
        precondition(input.shape.last == inputSize, "input \(input.shape): expected (…, \(inputSize))")
        if watch.look() { pack() }
        let rows = LaneRows(input)
        let output = LaneRows(rows: rows.rows, features: outputSize)
        kernels.product(
            rows: outputSize, steps: rows.shards, start: .bias(bias),
            first: ProductTerm(weights: weights, input: rows.tensor, columns: inputSize), second: nil,
            output: output.tensor)
        return Forward(
            layer: self, input: rows, output: output.tensor(shape: input.shape.dropLast() + [outputSize]),
            changes: watch.changes)
    }

    /// A forward pass that can be run backward while the parameters are as they were.
    public final class Forward {
        public let output: Tensor
        private let layer: Linear
        private let input: LaneRows
        /// Of the parameters before it.
        private let changes: Int

        fileprivate init(layer: Linear, input: LaneRows, output: Tensor, changes: Int) {
            self.layer = layer
            self.input = input
            self.output = output
            self.changes = changes
        }

        /// Adds the gradients by the parameters to the layer's and returns that by the input.
        @discardableResult
        public func backward(_ outputGradient: Tensor) -> Tensor {
            precondition(
                outputGradient.shape == output.shape,
                "gradient by the output \(outputGradient.shape): expected \(output.shape)")
            layer.watch.check(changes)
            return layer.backward(input, outputGradient)
        }
    }

    private func backward(_ input: LaneRows, _ outputGradient: Tensor) -> Tensor {
        let outer = LaneRows(outputGradient)
        defer { withExtendedLifetime(outer) {} }  // Kernels see its address only.
        kernels.weightGradient(
            rows: outputSize, columns: inputSize, steps: input.shards, outer: outer.tensor,
            inner: input.tensor, innerRanges: nil, gradient: gradients.base + offsets.weight,
            rowStride: inputSize)
        kernels.biasGradient(
            rows: outputSize, steps: input.shards, outer: outer.tensor,
            gradient: gradients.base + offsets.bias)
        let inputGradient = LaneRows(rows: input.rows, features: inputSize)
        kernels.product(
            rows: inputSize, steps: input.shards, start: .bias(zeroBias),
            first: ProductTerm(weights: weightsTransposed, input: outer.tensor, columns: outputSize),
            second: nil, output: inputGradient.tensor)
        return inputGradient.tensor(shape: outputGradient.shape.dropLast() + [inputSize])
    }

    private func pack() {
        let weight = parameters.base + offsets.weight
        kernels.pack(
            weight, adding: nil, rows: outputSize, columns: inputSize, rowStride: inputSize, columnStride: 1,
            into: weights)
        kernels.pack(
            weight, adding: nil, rows: inputSize, columns: outputSize, rowStride: 1, columnStride: inputSize,
            into: weightsTransposed)
        kernels.pack(
            parameters.base + offsets.bias, adding: nil, rows: outputSize, columns: 1, rowStride: 1,
            columnStride: 0, into: bias)
    }
}

/// Rows of a tensor's last dimension in lanes: row r in lane r mod 32 of shard r / 32. Past the last one, zeros.
private final class LaneRows {
    let rows: Int
    let features: Int
    private let memory: FloatBuffer

    init(rows: Int, features: Int) {
        self.rows = rows
        self.features = features
        memory = FloatBuffer(count: (rows + shardLanes - 1) / shardLanes * shardLanes * features)
    }

    convenience init(_ source: Tensor) {
        let features = source.shape[source.rank - 1]
        self.init(rows: features == 0 ? 0 : source.count / features, features: features)
        for row in 0..<rows {
            let target = place(row)
            for feature in 0..<features {
                target[feature * shardLanes] = source.elements[row * features + feature]
            }
        }
    }

    var shards: Int { (rows + shardLanes - 1) / shardLanes }

    var tensor: LaneTensor { LaneTensor(base: memory.base, stepStride: features * shardLanes) }

    func tensor(shape: [Int]) -> Tensor {
        var result = Tensor(shape: shape)
        for row in 0..<rows {
            let source = place(row)
            for feature in 0..<features {
                result.elements[row * features + feature] = source[feature * shardLanes]
            }
        }
        return result
    }

    private func place(_ row: Int) -> UnsafeMutablePointer<Float> {
        memory.base + row / shardLanes * features * shardLanes + row % shardLanes
    }
}

import KernelInterface
import Randomness

/// A linear layer y = W x + b (`torch.nn.Linear`), applied to the last dimension of a tensor of any shape.
///
///     let linear = Linear(inputSize: 24, outputSize: 10)
///     linear(Tensor(shape: [128, 28, 24])).shape   // [128, 28, 10]
///
/// Parameters: `weight` (outputs, inputs) and `bias` (outputs), both initially drawn from U(-1/√inputs, 1/√inputs).
/// Two layers of the same sizes and seed start with the same parameters.
public final class Linear: Module {
    /// The number of input features.
    package let inputSize: Int
    /// The number of output features.
    package let outputSize: Int
    /// The names, shapes and places of the parameters.
    public let layout: ParameterLayout
    /// The parameters `weight` and `bias`, in the order of `layout`.
    public let parameters: FloatBuffer
    /// The gradients of the parameters, to which `backward` adds.
    public let gradients: FloatBuffer

    private let offsets: LinearShape.Offsets
    private let kernels: any KernelSet
    private let memory: FloatBuffer
    private let watch: ParameterWatch
    private let weights, weightsTransposed, bias, zeroBias: UnsafeMutablePointer<Float>

    /// Creates a layer with random parameters. Sizes below 1 trap.
    ///
    /// - Parameters:
    ///   - inputSize: The number of input features.
    ///   - outputSize: The number of output features.
    ///   - seed: The seed of the initial parameters.
    ///   - instructionSet: The instruction set of the kernels.
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

    /// Returns the output (…, outputs) for an input (…, inputs). A last dimension of another size traps.
    public func callAsFunction(_ input: Tensor) -> Tensor { forward(input).output }

    /// Runs the layer on an input (…, inputs), for a later `backward`. A last dimension of another size traps.
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

    /// A forward pass that can be run backward as long as the parameters have not changed.
    public final class Forward {
        /// The output, (…, outputs).
        public let output: Tensor
        private let layer: Linear
        private let input: LaneRows
        /// The number of parameter changes before the pass.
        private let changes: Int

        fileprivate init(layer: Linear, input: LaneRows, output: Tensor, changes: Int) {
            self.layer = layer
            self.input = input
            self.output = output
            self.changes = changes
        }

        /// Adds the gradients of the parameters to the layer's and returns the gradient of the input, in its shape.
        ///
        /// A gradient whose shape is not the output's traps, and so do parameters that changed since the pass.
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

/// The rows of a tensor's last dimension in lanes: row r is in lane r mod 32 of shard r / 32. Lanes without a row are
/// zero.
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

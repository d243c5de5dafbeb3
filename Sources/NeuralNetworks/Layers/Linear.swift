import KernelInterface
import Platform
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
    private let pool: SharedPool
    private var inputGradients = BlockMemory()
    private let memory: FloatBuffer
    private let watch: ParameterWatch
    private let weights, weightsTransposed, bias, zeroBias: UnsafeMutablePointer<Float>

    /// Creates a layer with random parameters. Sizes and numbers of threads below 1 trap.
    ///
    /// - Parameters:
    ///   - inputSize: The number of input features.
    ///   - outputSize: The number of output features.
    ///   - seed: The seed of the initial parameters.
    ///   - threads: The number of threads that compute, one of which is the calling thread. It does not change a bit of
    ///     the results.
    ///   - instructionSet: The instruction set of the kernels.
    public convenience init(
        inputSize: Int, outputSize: Int, seed: UInt64 = 0, threads: Int = 1,
        instructionSet: InstructionSet = .best
    ) {
        let shape = LinearShape(inputSize: inputSize, outputSize: outputSize)
        self.init(shape, constants: nil, pool: .of(threads: threads), kernels: instructionSet.kernels)
        var generator = SplitMix64(seed, RandomPurpose.initialization.rawValue)
        for index in 0..<layout.count {
            parameters.base[index] = generator.nextSymmetric(bound: shape.initialBound)
        }
    }

    /// - Parameter constants: Parameters that never change; nil for zeros, which may change.
    private init(
        _ shape: LinearShape, constants: FloatBuffer?, pool: SharedPool, kernels: any KernelSet
    ) {
        let (inputSize, outputSize) = (shape.inputSize, shape.outputSize)
        var layout = ParameterLayout()
        offsets = shape.append(to: &layout, prefix: "")
        self.inputSize = inputSize
        self.outputSize = outputSize
        self.layout = layout
        self.kernels = kernels
        self.pool = pool
        parameters = constants ?? FloatBuffer(count: layout.count)
        gradients = FloatBuffer(count: constants == nil ? layout.count : 0)
        watch = ParameterWatch(parameters, areConstant: constants != nil)
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
    }

    /// Returns a copy with constant parameters, which several tasks can call at the same time.
    public func snapshot() -> LayerSnapshot<Linear> {
        let copy = Linear(
            LinearShape(inputSize: inputSize, outputSize: outputSize), constants: parameters.copy(),
            pool: pool, kernels: kernels)
        copy.packIfChanged()
        return LayerSnapshot(layer: copy)
    }

    /// Returns the output (…, outputs) for an input (…, inputs). A last dimension of another size traps.
    public func callAsFunction(_ input: Tensor) -> Tensor { forward(input).output }

    /// Runs the layer on an input (…, inputs), for a later `backward`. A last dimension of another size traps.
    public func forward(_ input: Tensor) -> Forward {
        precondition(input.shape.last == inputSize, "input \(input.shape): expected (…, \(inputSize))")
        packIfChanged()
        let rows = rows(of: input)
        let output = LaneBlock(rows.order, rows.places.replacing(width: outputSize)!)
        multiply(weights, rows, start: bias, into: output)
        return Forward(
            layer: self, input: rows, outputPlaces: output.places,
            output: Tensor(shape: input.shape.dropLast() + [outputSize], output), changes: watch.changes)
    }

    /// A forward pass that can be run backward as long as the parameters have not changed.
    public final class Forward {
        /// The output, (…, outputs).
        public let output: Tensor
        private let layer: Linear
        private let input: LaneBlock
        private let outputPlaces: LanePlaces
        /// The number of parameter changes before the pass.
        private let changes: Int

        fileprivate init(
            layer: Linear, input: LaneBlock, outputPlaces: LanePlaces, output: Tensor, changes: Int
        ) {
            self.layer = layer
            self.input = input
            self.outputPlaces = outputPlaces
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
            return layer.backward(input, outputPlaces, outputGradient)
        }
    }

    private func backward(_ input: LaneBlock, _ places: LanePlaces, _ outputGradient: Tensor) -> Tensor {
        let outer = gradient(outputGradient, input.order, places)
        addGradients(outer, input)
        let inputGradient = inputGradients.block(input.order, input.places)
        multiply(weightsTransposed, outer, start: zeroBias, into: inputGradient)
        return Tensor(shape: outputGradient.shape.dropLast() + [inputSize], inputGradient)
    }

    /// Returns the rows of the input's last dimension, each in a group of a lane: as a layer has computed them, or row r in
    /// lane r mod 32 of shard r / 32. Lanes without a row do not contribute to gradients.
    private func rows(of input: Tensor) -> LaneBlock {
        if let lanes = input.lanes, let places = lanes.places.grouped(width: inputSize),
            places.replacing(width: outputSize) != nil
        {
            let block = lanes.block.placed(places)
            if block.allGroups != nil { return block }
        }
        let rows = LaneBlock(
            LaneOrder(count: input.count / inputSize), .sequenceMajor(1, inputSize))
        rows.fill(from: input, idle: .zero, by: kernels)
        return rows
    }

    /// Returns the gradient of the output in lanes, with zeros in the lanes without a row.
    private func gradient(_ gradient: Tensor, _ order: LaneOrder, _ places: LanePlaces) -> LaneBlock {
        if let lanes = gradient.lanes, order.count % shardLanes == 0, lanes.order == order,
            lanes.places.matches(places)
        {
            let block = lanes.block.placed(places)
            if block.allGroups != nil { return block }
        }
        let block = LaneBlock(order, places)
        block.fill(from: gradient, idle: .zero, by: kernels)
        return block
    }

    /// Computes the product of packed weights with each group.
    private func multiply(
        _ weights: UnsafePointer<Float>, _ input: LaneBlock, start: UnsafePointer<Float>,
        into output: LaneBlock
    ) {
        let (rows, columns) = (output.places.width, input.places.width)
        let steps = input.order.shardCount * input.places.groups
        let atOnce = max(1, Self.multiplyAddsOfTask / (rows * columns * shardLanes))
        guard let inner = input.allGroups, let target = output.allGroups else {
            preconditionFailure("a block whose groups are at different distances")
        }
        pool.run(tasks: (steps + atOnce - 1) / atOnce) { task in
            let first = task * atOnce
            kernels.product(
                rows: rows, steps: min(atOnce, steps - first), start: .bias(start),
                first: ProductTerm(
                    weights: weights, input: inner.advanced(steps: first), columns: columns), second: nil,
                output: target.advanced(steps: first))
        }
        withExtendedLifetime((input, output)) {}  // Kernels see the addresses only.
    }

    /// Adds the gradients of the parameters: a task for some rows and columns of the weights.
    private func addGradients(_ outer: LaneBlock, _ input: LaneBlock) {
        let steps = input.order.shardCount * input.places.groups
        guard let inner = input.allGroups, let outerGroups = outer.allGroups else {
            preconditionFailure("a block whose groups are at different distances")
        }
        let parts = (outputSize + Self.rowsOfTask - 1) / Self.rowsOfTask
        let columnParts = (inputSize + Self.columnsOfTask - 1) / Self.columnsOfTask
        pool.run(tasks: parts * columnParts) { task in
            let row = task / columnParts * Self.rowsOfTask
            let column = task % columnParts * Self.columnsOfTask
            kernels.weightGradient(
                rows: min(Self.rowsOfTask, outputSize - row),
                columns: min(Self.columnsOfTask, inputSize - column), steps: steps,
                outer: outerGroups.advanced(features: row), inner: inner.advanced(features: column),
                innerRanges: nil, gradient: gradients.base + offsets.weight + row * inputSize + column,
                rowStride: inputSize)
        }
        kernels.biasGradient(
            rows: outputSize, steps: steps, outer: outerGroups, gradient: gradients.base + offsets.bias)
        withExtendedLifetime((outer, input)) {}
    }

    /// The least number of multiply-adds that a thread computes at once: a few microseconds.
    private static let multiplyAddsOfTask = 1 << 17
    private static let (rowsOfTask, columnsOfTask) = (64, 64)

    private func packIfChanged() {
        guard watch.look() else { return }
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

import Platform
import Randomness

/// A table of vectors that a model learns, one for each word or class (`torch.nn.Embedding`).
///
///     let embedding = Embedding(count: 1_000, dimension: 16, paddingIndex: 0)
///     embedding(Indices([[4, 2, 1], [3, 1, 0]])).shape   // [2, 3, 16]
///
/// Parameter: `weight` (count, dimension), initially drawn from N(0, 1) as in PyTorch, with zeros in the row of the
/// padding index. Two layers of the same sizes and seed start with the same parameters.
public final class Embedding: Module {
    /// The number of vectors.
    package let count: Int
    /// D, the number of features of a vector.
    package let dimension: Int
    /// The index whose vector is not trained; nil for none.
    package let paddingIndex: Int?
    /// The name, shape and place of the parameter.
    public let layout: ParameterLayout
    /// The parameter `weight`.
    public let parameters: FloatBuffer
    /// The gradients of the parameter, to which `backward` adds.
    public let gradients: FloatBuffer

    /// Creates a layer with random parameters. Sizes below 1, and a padding index outside 0 ..< count, trap.
    ///
    /// - Parameters:
    ///   - count: The number of vectors (`num_embeddings`).
    ///   - dimension: D, the number of features of a vector (`embedding_dim`).
    ///   - paddingIndex: The index of padding (`padding_idx`): its vector is initially zero and gets no gradient; nil
    ///     for none.
    ///   - seed: The seed of the initial parameters.
    public init(count: Int, dimension: Int, paddingIndex: Int? = nil, seed: UInt64 = 0) {
        precondition(count > 0, "count must be positive, not \(count)")
        precondition(dimension > 0, "dimension must be positive, not \(dimension)")
        if let paddingIndex {
            precondition(
                paddingIndex >= 0 && paddingIndex < count,
                "paddingIndex: expected 0 to \(count - 1), received \(paddingIndex)")
        }
        self.count = count
        self.dimension = dimension
        self.paddingIndex = paddingIndex
        var layout = ParameterLayout()
        layout.append("weight", shape: [count, dimension])
        self.layout = layout
        parameters = FloatBuffer(count: layout.count)
        gradients = FloatBuffer(count: layout.count)
        var normal = StandardNormal(SplitMix64(seed, RandomPurpose.initialization.rawValue))
        for index in 0..<layout.count { parameters.base[index] = normal.next() }
        if let paddingIndex { (parameters.base + paddingIndex * dimension).clear(count: dimension) }
    }

    private init(constants: FloatBuffer, of other: Embedding) {
        count = other.count
        dimension = other.dimension
        paddingIndex = other.paddingIndex
        layout = other.layout
        parameters = constants
        gradients = FloatBuffer(count: 0)
    }

    /// Returns a copy with constant parameters, which several tasks can call at the same time.
    public func snapshot() -> LayerSnapshot<Embedding> {
        LayerSnapshot(layer: Embedding(constants: parameters.copy(), of: self))
    }

    /// Returns the vectors at indices of any shape: (…) to (…, D). An index outside 0 ..< count traps.
    public func callAsFunction(_ indices: Indices) -> Tensor { forward(indices).output }

    /// Runs the layer for a later `backward`: (…) to (…, D). An index outside 0 ..< count traps.
    public func forward(_ indices: Indices) -> Forward {
        indices.check(below: count)
        var numbers = [Float](repeating: 0, count: indices.elements.count * dimension)
        numbers.withUnsafeMutableBufferPointer { numbers in
            for (row, index) in indices.elements.enumerated() {
                for feature in 0..<dimension {
                    numbers[row * dimension + feature] = parameters.base[index * dimension + feature]
                }
            }
        }
        return Forward(
            layer: self, indices: indices, output: Tensor(shape: indices.shape + [dimension], numbers))
    }

    /// A forward pass that can be run backward.
    public final class Forward {
        /// The vectors, (…, D).
        public let output: Tensor
        private let layer: Embedding
        private let indices: Indices

        fileprivate init(layer: Embedding, indices: Indices, output: Tensor) {
            self.layer = layer
            self.indices = indices
            self.output = output
        }

        /// Adds the gradient of each vector to the layer's, in the order of the indices. The gradients of an index that
        /// occurs several times add up; the padding index gets none.
        ///
        /// A gradient whose shape is not the output's traps.
        public func backward(_ outputGradient: Tensor) {
            precondition(
                outputGradient.shape == output.shape,
                "gradient by the output \(outputGradient.shape): expected \(output.shape)")
            let dimension = layer.dimension
            outputGradient.elements.withUnsafeBufferPointer { slopes in
                for (row, index) in indices.elements.enumerated() where index != layer.paddingIndex {
                    for feature in 0..<dimension {
                        layer.gradients.base[index * dimension + feature] += slopes[row * dimension + feature]
                    }
                }
            }
        }
    }
}

import KernelInterface

/// The weights of an LSTM as the kernels read them, renewed from the parameters after each step.
final class PackedLSTM {
    /// One direction of one layer.
    struct Direction {
        let inputSize: Int
        let inputWeights: UnsafeMutablePointer<Float>
        let hiddenWeights: UnsafeMutablePointer<Float>
        let bias: UnsafeMutablePointer<Float>
        let hiddenWeightsTransposed: UnsafeMutablePointer<Float>
        let inputWeightsTransposed: UnsafeMutablePointer<Float>
    }

    /// Indexed layer · directions + direction.
    let directions: [Direction]

    /// A packed bias of zeros, for products that start from nothing.
    let zeroBias: UnsafePointer<Float>

    private let lstm: LSTM
    private let offsets: [LSTM.Offsets]
    private let kernels: any KernelSet
    private let memory: FloatBuffer

    init(_ lstm: LSTM, offsets: [LSTM.Offsets], kernels: any KernelSet) {
        self.lstm = lstm
        self.offsets = offsets
        self.kernels = kernels

        func divide(_ arena: inout Arena) -> ([Direction], UnsafePointer<Float>) {
            let rows = lstm.gateRows
            let hidden = lstm.hiddenSize
            let directions = (0..<lstm.numLayers * lstm.directions).map { index in
                let input = lstm.inputSize(ofLayer: index / lstm.directions)
                return Direction(
                    inputSize: input,
                    inputWeights: arena.take(kernels.packedCount(rows: rows, columns: input)),
                    hiddenWeights: arena.take(kernels.packedCount(rows: rows, columns: hidden)),
                    bias: arena.take(kernels.packedCount(rows: rows, columns: 1)),
                    hiddenWeightsTransposed: arena.take(kernels.packedCount(rows: hidden, columns: rows)),
                    inputWeightsTransposed: arena.take(kernels.packedCount(rows: input, columns: rows)))
            }
            let widest = max(lstm.inputSize, lstm.outputSize)
            return (directions, UnsafePointer(arena.take(kernels.packedCount(rows: widest, columns: 1))))
        }
        let (memory, parts) = Arena.divided(divide)
        self.memory = memory
        (directions, zeroBias) = parts
    }

    /// Packing is cut into this many tasks, all independent of each other.
    var taskCount: Int { directions.count * 5 }

    /// Renews one piece from the flat parameters.
    func pack(task: Int, from parameters: UnsafePointer<Float>) {
        let direction = directions[task / 5]
        let offsets = offsets[task / 5]
        let rows = lstm.gateRows
        let hidden = lstm.hiddenSize
        let input = direction.inputSize
        let weightIH = parameters + offsets.weightIH
        let weightHH = parameters + offsets.weightHH
        switch task % 5 {
        case 0:
            kernels.pack(
                weightIH, adding: nil, rows: rows, columns: input, rowStride: input, columnStride: 1,
                into: direction.inputWeights)
        case 1:
            kernels.pack(
                weightHH, adding: nil, rows: rows, columns: hidden, rowStride: hidden, columnStride: 1,
                into: direction.hiddenWeights)
        case 2:
            kernels.pack(
                weightHH, adding: nil, rows: hidden, columns: rows, rowStride: 1, columnStride: hidden,
                into: direction.hiddenWeightsTransposed)
        case 3:
            kernels.pack(
                weightIH, adding: nil, rows: input, columns: rows, rowStride: 1, columnStride: input,
                into: direction.inputWeightsTransposed)
        default:
            // Without biases the packed one stays zero.
            guard let biasIH = offsets.biasIH, let biasHH = offsets.biasHH else { return }
            kernels.pack(
                parameters + biasIH, adding: parameters + biasHH, rows: rows, columns: 1, rowStride: 1,
                columnStride: 0, into: direction.bias)
        }
    }
}

import KernelInterface

/// The packed weights of a stack. They are packed again from the parameters after each step.
final class PackedStack {
    /// One direction of one layer.
    struct Direction {
        /// Groups of gates that one product computes: a single group, or, in a GRU, one group of r and z and another of
        /// n.
        let blocks: [Block]
        /// The bias inside a GRU's reset product.
        let candidateHiddenBias: UnsafeMutablePointer<Float>
        let inputWeightsTransposed: UnsafeMutablePointer<Float>
        /// The table of the input weights, in place of `input` and `inputWeightsTransposed`, if the layer reads symbols;
        /// otherwise nil.
        let inputTable: UnsafeMutablePointer<Float>?
    }

    /// The packed weights of the gates that one product computes.
    struct Block {
        /// The rows of the parameters.
        let rows: Range<Int>
        let input: UnsafeMutablePointer<Float>
        let hidden: UnsafeMutablePointer<Float>
        let bias: UnsafeMutablePointer<Float>
        let hiddenTransposed: UnsafeMutablePointer<Float>

        var weights: GateWeights {
            GateWeights(input: input, hidden: hidden, bias: bias, hiddenTransposed: hiddenTransposed)
        }
    }

    /// The packed weights; the index is layer · directions + direction.
    let directions: [Direction]

    /// A packed bias of zeros, for products without a bias.
    let zeroBias: UnsafePointer<Float>

    private let stack: RecurrentStack
    private let offsets: [RecurrentStack.Offsets]
    private let kernels: any KernelSet
    private let memory: FloatBuffer

    /// - Parameter readsSymbols: Whether the input of the first layer is symbols.
    init(
        _ stack: RecurrentStack, offsets: [RecurrentStack.Offsets], readsSymbols: Bool = false,
        kernels: any KernelSet
    ) {
        self.stack = stack
        self.offsets = offsets
        self.kernels = kernels

        func divide(_ arena: inout Arena) -> ([Direction], UnsafePointer<Float>) {
            let hidden = stack.hiddenSize
            let directions = (0..<stack.numLayers * stack.directions).map { index in
                let hasTable = readsSymbols && index < stack.directions
                let size = stack.inputSize(ofLayer: index / stack.directions)
                let input = hasTable ? 0 : size
                return Direction(
                    blocks: Self.blocks(stack).map { rows in
                        Block(
                            rows: rows,
                            input: arena.take(kernels.packedCount(rows: rows.count, columns: input)),
                            hidden: arena.take(kernels.packedCount(rows: rows.count, columns: hidden)),
                            bias: arena.take(kernels.packedCount(rows: rows.count, columns: 1)),
                            hiddenTransposed: arena.take(
                                kernels.packedCount(rows: hidden, columns: rows.count)))
                    },
                    candidateHiddenBias: arena.take(kernels.packedCount(rows: hidden, columns: 1)),
                    inputWeightsTransposed: arena.take(
                        kernels.packedCount(rows: input, columns: stack.gateRows)),
                    inputTable: hasTable
                        ? arena.take(InputTableShape.count(rows: stack.gateRows, symbols: size)) : nil)
            }
            let widest = max(readsSymbols ? 1 : stack.inputSize, stack.outputSize)
            return (directions, UnsafePointer(arena.take(kernels.packedCount(rows: widest, columns: 1))))
        }
        let (memory, parts) = Arena.divided(divide)
        self.memory = memory
        (directions, zeroBias) = parts
    }

    private static func blocks(_ stack: RecurrentStack) -> [Range<Int>] {
        let all = stack.gateRows
        switch stack.cell {
        case .rnnTanh, .rnnReLU, .lstm: return [0..<all]
        case .gru, .gruResetBefore: return [0..<2 * stack.hiddenSize, 2 * stack.hiddenSize..<all]
        }
    }

    /// The number of packing tasks. They are independent of each other.
    var taskCount: Int { directions.count * tasksOfDirection }

    private static let tasksOfBlock = 4
    private var tasksOfDirection: Int { directions[0].blocks.count * Self.tasksOfBlock + 1 }

    /// Packs one piece of the flat parameters.
    func pack(task: Int, from parameters: UnsafePointer<Float>) {
        let index = task / tasksOfDirection
        let direction = directions[index]
        let offsets = offsets[index]
        let (block, part) = (task % tasksOfDirection).quotientAndRemainder(dividingBy: Self.tasksOfBlock)
        if block < direction.blocks.count {
            pack(block, part, of: direction, offsets, parameters)
        } else if let table = direction.inputTable {
            kernels.packTable(
                parameters + offsets.weightIH, bias: offsets.biasIH.map { parameters + $0 },
                second: offsets.biasHH.map { parameters + $0 },
                // The second bias of a GRU's n is inside the product with r.
                secondRows: stack.cell == .gru ? 2 * stack.hiddenSize : stack.gateRows, rows: stack.gateRows,
                symbols: offsets.inputSize, into: table)
        } else {
            let input = offsets.inputSize
            kernels.pack(
                parameters + offsets.weightIH, adding: nil, rows: input, columns: stack.gateRows,
                rowStride: 1, columnStride: input, into: direction.inputWeightsTransposed)
        }
    }

    private func pack(
        _ index: Int, _ part: Int, of direction: Direction, _ offsets: RecurrentStack.Offsets,
        _ parameters: UnsafePointer<Float>
    ) {
        let block = direction.blocks[index]
        let first = block.rows.lowerBound
        let rows = block.rows.count
        let hidden = stack.hiddenSize
        let weightHH = parameters + offsets.weightHH + first * hidden
        switch part {
        case 0:
            guard direction.inputTable == nil else { return }
            let input = offsets.inputSize
            kernels.pack(
                parameters + offsets.weightIH + first * input, adding: nil, rows: rows, columns: input,
                rowStride: input, columnStride: 1, into: block.input)
        case 1:
            kernels.pack(
                weightHH, adding: nil, rows: rows, columns: hidden, rowStride: hidden, columnStride: 1,
                into: block.hidden)
        case 2:
            kernels.pack(
                weightHH, adding: nil, rows: hidden, columns: rows, rowStride: 1, columnStride: hidden,
                into: block.hiddenTransposed)
        default:
            // Without biases, the packed biases stay zero.
            guard let biasIH = offsets.biasIH.map({ parameters + $0 + first }) else { return }
            let biasHH = offsets.biasHH.map { parameters + $0 + first }
            // The second bias of a GRU's n is inside the product with r.
            let isApart = stack.cell == .gru && index == 1
            packBias(biasIH, adding: isApart ? nil : biasHH, rows, into: block.bias)
            if isApart, let biasHH {
                packBias(biasHH, adding: nil, rows, into: direction.candidateHiddenBias)
            }
        }
    }

    private func packBias(
        _ bias: UnsafePointer<Float>, adding other: UnsafePointer<Float>?, _ rows: Int,
        into packed: UnsafeMutablePointer<Float>
    ) {
        kernels.pack(
            bias, adding: other, rows: rows, columns: 1, rowStride: 1, columnStride: 0, into: packed)
    }
}

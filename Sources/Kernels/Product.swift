import KernelInterface

/// The matrix product output = start + W · input over the lanes of a shard, computed tile by tile.
///
/// The rows of W are divided into panels, and each panel into tiles of registers. `Third` is a third of a full tile:
///
///     W, 19 rows (WideThird: 4)        a tile of the output, in registers
///
///     ┌──────────────┐ ┐               ┌──────────────────┐ ┐
///     │ rows 0...3   │ │               │ 4 rows × 32 lanes│ │
///     ├──────────────┤ │ panel of      ├──────────────────┤ │ Three<Third>
///     │ rows 4...7   │ │ three thirds  │ 4 rows × 32 lanes│ │
///     ├──────────────┤ │ (12 rows)     ├──────────────────┤ │
///     │ rows 8...11  │ │               │ 4 rows × 32 lanes│ │
///     ├──────────────┤ ┤               └──────────────────┘ ┘
///     │ rows 12...15 │ │ panel of
///     ├──────────────┤ │ two thirds: Two<Third>; its last row is
///     │ rows 16...18 │ │ computed with weights of zero and dropped
///     └──────────────┘ ┘
///
/// The last panel has one, two or three thirds, so that at most `Third.rows - 1` rows are computed unnecessarily. A
/// tile stays in registers while the innermost loop goes over the columns of W.
enum Product<Third: Tile> {
    @inline(__always)
    static var panelHeight: Int { 3 * Third.rows }

    /// One operand at one step.
    struct Term {
        var weights: UnsafePointer<Float>
        var input: UnsafePointer<Float>
        /// The number of columns of the matrix, and the range of columns that is used.
        var columns: Int
        var used: FeatureRange

        @inline(__always)
        init(_ term: ProductTerm, step: Int) {
            weights = term.weights + step * term.weightsStepStride
            input = UnsafePointer(term.input[step])
            columns = term.columns
            used = FeatureRange(0, columns)
        }

        @inline(__always)
        init(weights: UnsafePointer<Float>, input: UnsafePointer<Float>, columns: Int) {
            self.weights = weights
            self.input = input
            self.columns = columns
            used = FeatureRange(0, columns)
        }

        /// Creates the operand for the input of one step, or for the part of it that is not zero.
        @inline(__always)
        init(_ weights: UnsafePointer<Float>, inputOf pass: RecurrentPass, _ step: Int) {
            self.init(weights: weights, input: pass.input[step], columns: pass.inputSize)
            if pass.gatesHaveInput {
                used = FeatureRange(0, 0)
            } else if let range = pass.inputRanges?[step] {
                used = range
            }
        }

        /// Creates the operand for the hidden state before a step.
        @inline(__always)
        init(_ weights: UnsafePointer<Float>, stateOf pass: RecurrentPass, _ step: Int) {
            self.init(weights: weights, input: pass.previousOutput[step], columns: pass.hiddenSize)
        }

        /// Returns an operand without columns, for products of one term.
        @inline(__always)
        static func none(_ pass: RecurrentPass) -> Term {
            Term(weights: pass.weights.bias, input: pass.weights.bias, columns: 0)
        }
    }

    @inline(__always)
    static func run(
        rows: Int, start: ProductStart, _ first: Term, _ second: Term, output: UnsafeMutablePointer<Float>
    ) {
        var row = 0
        while row < rows {
            let left = rows - row
            if left > Two<Third>.rows {
                panel(Three<Third>.self, row, left, start, first, second, output)
            } else if left > Third.rows {
                panel(Two<Third>.self, row, left, start, first, second, output)
            } else {
                panel(Third.self, row, left, start, first, second, output)
            }
            row += panelHeight
        }
    }

    /// Computes the rows of one panel for all lanes.
    @inline(never)
    private static func panel<Rows: Tile>(
        _: Rows.Type, _ row: Int, _ valid: Int, _ start: ProductStart, _ first: Term, _ second: Term,
        _ output: UnsafeMutablePointer<Float>
    ) {
        let target = output + row * shardLanes
        var lane = 0
        while lane < shardLanes {
            var tile: Rows
            switch start {
            case .bias(let bias): tile = Rows(bias: bias + row)
            case .output: tile = Rows(loading: target + lane, valid: valid)
            }
            add(first, row, lane, to: &tile)
            add(second, row, lane, to: &tile)
            tile.store(target + lane, valid: valid)
            lane += Rows.Lanes.lanes
        }
    }

    @inline(__always)
    private static func add<Rows: Tile>(_ term: Term, _ row: Int, _ lane: Int, to tile: inout Rows) {
        let first = Int(term.used.lower)
        var weights = term.weights + row * term.columns + first * Rows.rows
        var input = term.input + first * shardLanes + lane
        var left = term.used.count
        while left > 0 {
            tile.add(weights, Rows.Lanes(loading: input))
            weights += Rows.rows
            input += shardLanes
            left -= 1
        }
    }
}

import NeuralNetworks
import Randomness

/// The cost of giving a layer the lengths of its sequences: training on a batch, forward and backward on one thread,
/// compared with the same batch without lengths, padded to full length.
struct LengthsFigures: Codable {
    var cell: RecurrentCell
    var hiddenSize: Int
    /// The number of steps of the padded sequences.
    var steps: Int
    /// The length of each sequence, drawn from 1 to `steps`.
    var lengths: [Int]
    /// The number of passes of each kind.
    var samples: Int
    /// The median duration of one pass over the padded batch.
    var paddedMilliseconds: Double
    /// The cost with all lengths given and equal to `steps`.
    var full: Cost
    /// The cost with `lengths`.
    var variable: Cost

    struct Cost: Codable {
        /// The median duration of one pass.
        var milliseconds: Double
        /// The median of the ratios to the pass over the padded batch in the same turn.
        var overPadded: Double

        fileprivate init(_ durations: [Duration], padded: [Duration]) {
            milliseconds = durations.map { $0 / .milliseconds(1) }.median
            overPadded = zip(durations, padded).map { $0 / $1 }.median
        }
    }

    private static let batchSize = ModelSetup.batchSize
    /// The sizes of MNIST.
    private static let (steps, features) = (28, 28)

    /// Measures the three kinds in turns, pass by pass: first for `warmUp` seconds without measuring, then for
    /// `seconds` seconds, measuring each pass; at least once.
    init(_ setup: ModelSetup, warmUp: Double, seconds: Double) {
        var generator = SplitMix64(0)
        func tensor(_ features: Int) -> Tensor {
            let shape = [Self.batchSize, Self.steps, features]
            let numbers = (0..<shape.reduce(1, *)).map { _ in generator.nextSymmetric(bound: 1) }
            return Tensor(shape: shape, numbers)
        }
        let stack = setup.stack(inputSize: Self.features)
        let layer = RecurrentLayer<AnyKind>(stack, batchFirst: true, instructionSet: setup.instructionSet)
        let lengths = (0..<Self.batchSize).map { _ in 1 + generator.nextIndex(below: Self.steps) }
        let input = tensor(Self.features)
        let outputGradient = tensor(stack.outputSize)
        let kinds = [nil, [Int](repeating: Self.steps, count: Self.batchSize), lengths]

        func train(_ lengths: [Int]?) -> Duration {
            let start = ContinuousClock.now
            layer.forward(input, lengths: lengths).backward(outputGradient)
            return start.duration(to: .now)
        }
        let warmUpWatch = Stopwatch()
        repeat { for kind in kinds { _ = train(kind) } } while warmUpWatch.seconds < warmUp
        var durations = [[Duration]](repeating: [], count: kinds.count)
        let watch = Stopwatch()
        repeat {
            for (index, kind) in kinds.enumerated() { durations[index].append(train(kind)) }
        } while watch.seconds < seconds

        cell = setup.cell
        hiddenSize = setup.hiddenSize
        steps = Self.steps
        self.lengths = lengths
        samples = durations[0].count
        paddedMilliseconds = durations[0].map { $0 / .milliseconds(1) }.median
        full = Cost(durations[1], padded: durations[0])
        variable = Cost(durations[2], padded: durations[0])
    }
}

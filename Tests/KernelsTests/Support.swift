import KernelInterface
import Randomness
import Testing

@testable import NeuralNetworks

/// A lane tensor in separate memory. The memory between its steps and around it is NaN, so that reading it gives NaN
/// and writing to it is detected.
final class TestTensor {
    let steps: Int
    let features: Int
    /// Whether all steps have the same features.
    let isShared: Bool
    private let stride: Int
    private let memory: UnsafeMutablePointer<Float>
    private let count: Int

    /// - Parameter gap: The number of features of NaN after each step.
    init(steps: Int, features: Int, isShared: Bool = false, gap: Int = 3, _ number: () -> Float) {
        self.steps = steps
        self.features = features
        self.isShared = isShared
        stride = (features + gap) * shardLanes
        count = (isShared ? 1 : steps) * stride + shardLanes
        memory = .allocate(capacity: count)
        memory.initialize(repeating: .nan, count: count)
        for step in 0..<(isShared ? 1 : steps) {
            for index in 0..<features * shardLanes { tensor[step][index] = number() }
        }
    }

    deinit { memory.deallocate() }

    var tensor: LaneTensor { LaneTensor(base: memory + shardLanes, stepStride: isShared ? 0 : stride) }

    subscript(step: Int, feature: Int, lane: Int) -> Float {
        get { tensor[step][feature * shardLanes + lane] }
        set { tensor[step][feature * shardLanes + lane] = newValue }
    }

    /// The numbers, [step][feature][lane].
    var numbers: [Float] {
        (0..<steps).flatMap { step in (0..<features * shardLanes).map { tensor[step][$0] } }
    }

    /// Whether everything around the features is still NaN.
    var isIntact: Bool {
        (0..<count).allSatisfy { index in
            let inner = index - shardLanes
            return inner >= 0 && inner % stride < features * shardLanes || memory[index].isNaN
        }
    }
}

/// An array of floats with a margin of NaN after it.
final class GuardedArray {
    let base: UnsafeMutablePointer<Float>
    let count: Int
    private static let margin = 32

    init(_ numbers: [Float]) {
        count = numbers.count
        base = .allocate(capacity: count + Self.margin)
        base.initialize(repeating: .nan, count: count + Self.margin)
        for (index, number) in numbers.enumerated() { base[index] = number }
    }

    deinit { base.deallocate() }

    var numbers: [Float] { (0..<count).map { base[$0] } }

    var isIntact: Bool { (count..<count + Self.margin).allSatisfy { base[$0].isNaN } }
}

/// Random numbers in [-1, 1), one at a time.
final class Numbers {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed) }

    func callAsFunction() -> Float { generator.nextSymmetric(bound: 1) }
    func callAsFunction(_ count: Int) -> [Float] { (0..<count).map { _ in self() } }
    func index(below bound: Int) -> Int { generator.nextIndex(below: bound) }
}

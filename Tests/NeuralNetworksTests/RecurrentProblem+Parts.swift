@testable import NeuralNetworks

extension RecurrentProblem {
    /// Returns the problem with only some of its sequences and their first `steps` steps.
    func part(_ sequences: Range<Int>, steps: Int? = nil) -> RecurrentProblem {
        var part = RecurrentProblem(
            stack, batch: sequences.count, steps: steps ?? self.steps, hasState: hasState)
        part.parameters = parameters
        part.lengths = steps == nil ? lengths.map { Array($0[sequences]) } : nil
        part.input = firstSteps(part.steps, of: input, sequences)
        part.outputFactor = firstSteps(part.steps, of: outputFactor, sequences)
        for place in Self.statePlaces { part[keyPath: place] = states(self[keyPath: place], of: sequences) }
        (part.seed, part.step) = (seed, step)
        return part
    }

    /// Returns one sequence as a problem of its own length, without `lengths`.
    func alone(_ n: Int) -> RecurrentProblem { part(n..<n + 1, steps: length(n)) }

    /// Returns the first steps of some sequences of an array (N, L, features).
    func firstSteps(_ count: Int, of numbers: [Double], _ sequences: Range<Int>) -> [Double] {
        let size = numbers.count / batch
        let kept = size / steps * count
        return sequences.flatMap { numbers[$0 * size..<$0 * size + kept] }
    }

    /// Returns the states (layers · directions, N, H) of some sequences.
    func states(_ numbers: [Double], of sequences: Range<Int>) -> [Double] {
        guard !numbers.isEmpty else { return [] }
        let units = sequences.lowerBound * stack.hiddenSize..<sequences.upperBound * stack.hiddenSize
        return rows(numbers, stack.numLayers * stack.directions).flatMap { $0[units] }
    }
}

extension RecurrentProblem.Solution {
    /// The key paths of all arrays of states.
    static var statePlaces: [KeyPath<Self, [Double]>] {
        [\.finalHidden, \.finalCell, \.hiddenGradient, \.cellGradient]
    }
}

/// The instruction sets with bit-identical results: all that have a fused multiply-add.
var fusedSets: [InstructionSet] {
    #if arch(x86_64)
        InstructionSet.available.filter { $0 != .portable }
    #else
        InstructionSet.available
    #endif
}

@testable import NeuralNetworks

extension RecurrentProblem {
    /// The problem of some of its sequences, of their first `steps` steps.
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

    /// One sequence as it is without the others: as long as it is, and no `lengths`.
    func alone(_ n: Int) -> RecurrentProblem { part(n..<n + 1, steps: length(n)) }

    /// The first steps of some sequences of an array (N, L, features).
    func firstSteps(_ count: Int, of numbers: [Double], _ sequences: Range<Int>) -> [Double] {
        let size = numbers.count / batch
        let kept = size / steps * count
        return sequences.flatMap { numbers[$0 * size..<$0 * size + kept] }
    }

    /// The states (layers · directions, N, H) of some sequences.
    func states(_ numbers: [Double], of sequences: Range<Int>) -> [Double] {
        guard !numbers.isEmpty else { return [] }
        let units = sequences.lowerBound * stack.hiddenSize..<sequences.upperBound * stack.hiddenSize
        return rows(numbers, stack.numLayers * stack.directions).flatMap { $0[units] }
    }
}

extension RecurrentProblem.Solution {
    /// All arrays of states.
    static var statePlaces: [KeyPath<Self, [Double]>] {
        [\.finalHidden, \.finalCell, \.hiddenGradient, \.cellGradient]
    }
}

/// The instruction sets that promise the same bits: all that fuse multiplication and addition.
var fusedSets: [InstructionSet] {
    #if arch(x86_64)
        InstructionSet.available.filter { $0 != .portable }
    #else
        InstructionSet.available
    #endif
}

import NeuralNetworks

/// The division of sequences that continue each other, such as the windows of a text, into batches. They form as many
/// streams as a batch has places; each stream is a contiguous part, and its sequences are in consecutive batches at the
/// same place:
///
///     8 sequences in 3 streams    batch 0: 0 3 6    batch 1: 1 4 7    batch 2: 2 5
struct ContinuousBatches {
    /// The number of sequences.
    let count: Int
    /// The number of places of a batch.
    let places: Int

    /// The number of batches: the length of each stream but the last.
    var batchCount: Int { (count + places - 1) / places }

    /// Returns the sequences of a batch, in the order of their places.
    func batch(_ index: Int) -> ArraySlice<Int32> {
        let firsts = stride(from: index, to: count, by: max(batchCount, 1))
        return ArraySlice(firsts.prefix(places).map(Int32.init))
    }

    /// Returns the number of streams for an evaluation: at most 128, and so few that each has at least 16 sequences, if
    /// there are as many.
    static func places(forEvaluating count: Int) -> Int { min(128, max(1, count / 16)) }
}

extension SequenceEngine {
    /// Returns the score of sequences that continue each other, in streams that begin with states of zero.
    func evaluateContinuous(_ sequences: SequenceSamples) -> Score {
        let batches = ContinuousBatches(
            count: sequences.count, places: ContinuousBatches.places(forEvaluating: sequences.count))
        let states = CarriedStates(model, count: batches.places)
        return (0..<batches.batchCount).reduce(into: Score()) { score, index in
            score += batches.batch(index).withUnsafeBufferPointer {
                evaluate(sequences, batch: $0, carrying: states)
            }
        }
    }
}

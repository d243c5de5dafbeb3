import KernelInterface
import Platform

/// The states that a model carries from batch to batch: the sequence at each place of a batch begins in the state in which
/// the sequence at that place of the batch before ended. Gradients end at the beginning of a batch. This is truncated
/// backpropagation through time, as in PyTorch's example `word_language_model`, which detaches the states.
package final class CarriedStates {
    /// N, the number of places of a batch.
    package let count: Int
    private let stack: RecurrentStack
    /// [shard][layer][H][lane] The hidden states, and the cell states of an LSTM.
    private let memory: (hidden: FloatBuffer, cell: FloatBuffer)

    /// Creates states of zero. A bidirectional model, which reads each sequence also from its end, traps.
    package init(_ model: SequenceModel, count: Int) {
        precondition(
            !model.stack.bidirectional && model.sequenceLength == nil,
            "states: expected a model of one direction for sequences of any length, received another")
        self.count = count
        stack = model.stack
        let states = SequenceEngine.shardCount(ofBatch: count) * stack.numLayers * stack.hiddenSize
        let hasCell = stack.cell.hasCellState
        memory = (
            FloatBuffer(count: states * shardLanes), FloatBuffer(count: hasCell ? states * shardLanes : 0)
        )
    }

    /// Sets all states to zero.
    package func clear() {
        memory.hidden.base.clear(count: memory.hidden.count)
        memory.cell.base.clear(count: memory.cell.count)
    }

    /// The states of the sequences in one shard.
    struct Part {
        /// [layer][H][lane]
        let hidden: UnsafeMutablePointer<Float>
        let cell: UnsafeMutablePointer<Float>
    }

    /// Returns the states of a shard.
    func part(ofShard shard: Int) -> Part {
        let offset = shard * stack.numLayers * stack.hiddenSize * shardLanes
        return Part(
            hidden: memory.hidden.base + offset,
            cell: memory.cell.base + (stack.cell.hasCellState ? offset : 0))
    }

    /// Traps if a batch has more sequences than there are places, or a longer sequence after a shorter one.
    func check(_ sequences: SequenceSamples, _ batch: UnsafeBufferPointer<Int32>) {
        guard let lengths = sequences.places?.lengths else {
            preconditionFailure("states: expected sequences with lengths, received none")
        }
        precondition(
            batch.count <= count, "states: expected at most \(count) sequences, received \(batch.count)")
        for place in 1..<max(batch.count, 1) {
            precondition(
                lengths[Int(batch[place])] <= lengths[Int(batch[place - 1])],
                "states: expected sequences in the order of their lengths, the longest first")
        }
    }

    // MARK: The states as PyTorch has them

    /// The hidden states, (layers, N, H). Another number of elements traps when they are set.
    package var hidden: [Float] {
        get { numbers(in: memory.hidden) }
        set { set(newValue, in: memory.hidden) }
    }

    /// The cell states, (layers, N, H); empty for cells without them.
    package var cell: [Float] {
        get { stack.cell.hasCellState ? numbers(in: memory.cell) : [] }
        set { if stack.cell.hasCellState { set(newValue, in: memory.cell) } }
    }

    /// The number of elements of ``hidden``.
    package var elementCount: Int { stack.numLayers * count * stack.hiddenSize }

    private func numbers(in buffer: FloatBuffer) -> [Float] {
        var numbers: [Float] = []
        numbers.reserveCapacity(elementCount)
        for layer in 0..<stack.numLayers {
            for place in 0..<count {
                for unit in 0..<stack.hiddenSize { numbers.append(buffer.base[index(layer, place, unit)]) }
            }
        }
        return numbers
    }

    private func set(_ numbers: [Float], in buffer: FloatBuffer) {
        precondition(
            numbers.count == elementCount,
            "states: expected \(elementCount) numbers, received \(numbers.count)"
        )
        buffer.base.clear(count: buffer.count)
        var element = 0
        for layer in 0..<stack.numLayers {
            for place in 0..<count {
                for unit in 0..<stack.hiddenSize {
                    buffer.base[index(layer, place, unit)] = numbers[element]
                    element += 1
                }
            }
        }
    }

    private func index(_ layer: Int, _ place: Int, _ unit: Int) -> Int {
        let (shard, lane) = place.quotientAndRemainder(dividingBy: shardLanes)
        return ((shard * stack.numLayers + layer) * stack.hiddenSize + unit) * shardLanes + lane
    }
}

extension StackWorkspace {
    /// Sets the initial states of all layers. Call it after lengths are set.
    func setStates(_ states: CarriedStates.Part) {
        let units = stack.hiddenSize * shardLanes
        for layer in 0..<stack.numLayers {
            initialHidden(layer).update(from: states.hidden + layer * units, count: units)
            if stack.cell.hasCellState {
                cell(layer).update(from: states.cell + layer * units, count: units)
            }
        }
    }

    /// Copies the final states of all layers.
    func keepStates(in states: CarriedStates.Part) {
        let units = stack.hiddenSize * shardLanes
        for layer in 0..<stack.numLayers {
            (states.hidden + layer * units).update(from: finalHidden(layer), count: units)
            if stack.cell.hasCellState {
                (states.cell + layer * units).update(from: cell(layer), count: units)
            }
        }
    }
}

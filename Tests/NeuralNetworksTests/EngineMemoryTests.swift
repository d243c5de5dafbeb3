#if os(Linux)
    import Foundation
    import Testing

    @testable import NeuralNetworks

    @Suite("Memory of an engine") struct EngineMemoryTests {
        /// The test runs in a separate process, which allocates no other memory meanwhile.
        @Test
        func `an engine needs at most the computed memory, and not much less`() async {
            await #expect(processExitsWith: .success) {
                giveMemoryBackAtOnce()
                let stacks: [RecurrentStack] = [
                    RecurrentStack(.lstm, inputSize: 28, hiddenSize: 300, numLayers: 2, bidirectional: true),
                    RecurrentStack(.gru, inputSize: 200, hiddenSize: 257, numLayers: 3, dropout: 0.5),
                    RecurrentStack(.gruResetBefore, inputSize: 3, hiddenSize: 401, bias: .keras),
                    RecurrentStack(.rnnTanh, inputSize: 700, hiddenSize: 65, bidirectional: true),
                ]
                var optimizers: [any Optimizer] = [
                    Adam(), SGD(momentum: 0.9), RMSprop(momentum: 0.5), AdamW(),
                ]
                var isRight = true
                for stack in stacks {
                    let optimizer = optimizers.removeFirst()
                    for readout in Readout.ofSequences {
                        let model = SequenceModel(
                            stack, sequenceLength: 40, classCount: 10, readout: readout, dropout: 0.5)
                        let isAugmented = stack.inputSize == 28
                        let estimate = EngineMemory(
                            model, optimizer: optimizer, batchSize: 100, hasAverage: true,
                            isAugmented: isAugmented, teacher: model, threads: 3)
                        let before = residentBytes()
                        var teacher: FloatBuffer? = model.initialParameters(seed: 1)
                        var engine: SequenceEngine? = SequenceEngine(
                            model: model, parameters: model.initialParameters(seed: 0), optimizer: optimizer,
                            averageDecay: 0.9,
                            distillation: Distillation(
                                teacher: model, parameters: teacher!, weight: 0.5, temperature: 1),
                            threads: 3)
                        let count = 100
                        let pixels = [UInt8](repeating: 3, count: count * 40 * stack.inputSize)
                        let labels = [UInt8](repeating: 1, count: count)
                        pixels.withUnsafeBufferPointer { pixels in
                            labels.withUnsafeBufferPointer { labels in
                                let sequences = SequenceSamples(
                                    .bytes(pixels.baseAddress!, scale: 1 / 255),
                                    targets: .labels(labels.baseAddress!), count: count)
                                let indices = (0..<count).map(Int32.init)
                                indices.withUnsafeBufferPointer { _ = engine!.train(sequences, batch: $0) }
                                _ = engine!.evaluate(sequences)
                            }
                        }
                        let taken = Double(residentBytes() - before - pixels.count)
                        if taken > estimate.total + 2e6 || estimate.total > 1.5 * taken {
                            let text =
                                "\(stack), readout \(readout): computed \(estimate.total), taken \(taken)\n"
                            FileHandle.standardError.write(Data(text.utf8))
                            isRight = false
                        }
                        engine = nil
                        teacher = nil
                    }
                }
                exit(isRight ? 0 : 1)
            }
        }

        @Test
        func `an engine of symbols needs at most the computed memory, and not much less`() async {
            await #expect(processExitsWith: .success) {
                giveMemoryBackAtOnce()
                let stack = RecurrentStack(.gru, inputSize: 900, hiddenSize: 120, numLayers: 2)
                let model = SequenceModel(stack, classCount: 900, readout: .each).readingSymbols()
                let count = 100
                let problem = SymbolProblem(
                    SequenceModel(stack, classCount: 900, readout: .each),
                    lengths: [Int](repeating: 50, count: count))
                let estimate = EngineMemory(
                    model, optimizer: Adam(), batchSize: count, longest: 50, threads: 3)
                let before = residentBytes()
                let engine = problem.engine(threads: 3, optimizer: Adam())
                let states = CarriedStates(model, count: count)
                _ = problem.train(engine, carrying: states)
                _ = problem.withSamples { engine.evaluate($0) }
                let taken = Double(residentBytes() - before)
                if taken > estimate.total + 2e6 || estimate.total > 1.5 * taken {
                    let text = "computed \(estimate.total), taken \(taken)\n"
                    FileHandle.standardError.write(Data(text.utf8))
                    exit(1)
                }
                exit(0)
            }
        }

        @Test
        func `the sizes of every model give a finite number`() {
            let stack = RecurrentStack(
                .lstm, inputSize: 65_536, hiddenSize: 65_536, numLayers: 1024, bidirectional: true)
            let model = SequenceModel(stack, sequenceLength: 65_536, valueCount: 65_536)
            let memory = EngineMemory(model, optimizer: Adam(), batchSize: 1 << 20, threads: 1024)
            #expect(memory.total.isFinite && memory.total > 1e18)
        }
    }

    /// Makes the C library request every large buffer from the system and return it:
    /// `mallopt(M_MMAP_THRESHOLD, 128 << 10)`.
    private func giveMemoryBackAtOnce() {
        typealias Option = @convention(c) (Int32, Int32) -> Int32
        guard let function = dlsym(nil, "mallopt") else { return }
        _ = unsafeBitCast(function, to: Option.self)(-3, 128 << 10)
    }

    private func residentBytes() -> Int {
        let status = try! String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }!
        return Int(line.split(separator: " ", omittingEmptySubsequences: true)[1])! * 1024
    }
#endif

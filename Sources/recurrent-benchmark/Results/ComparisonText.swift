import Console
import NeuralNetworks

extension BenchmarkTable {
    /// A table of the other cells' share of the peak relative to the LSTM's at the same size: median, smallest and
    /// greatest round.
    var comparison: String {
        let others = results.training.filter { $0.cell != .lstm }
        let hiddenSizes = others.map(\.hiddenSize).uniqued()
        var table = TextTable(
            [.init("of peak, lstm = 100 %"), .init("threads", .right)]
                + hiddenSizes.map { .init("hidden \($0)", .right) })
        for cell in others.map(\.cell).uniqued() {
            for threads in others.map(\.threads).uniqued() {
                let ratios = hiddenSizes.map { ratiosToLSTM(cell, hiddenSize: $0, threads: threads) }
                table.append([cell.rawValue, "\(threads)"] + ratios.map(Self.spread))
            }
        }
        return table.rendered()
    }

    private func ratiosToLSTM(_ cell: RecurrentCell, hiddenSize: Int, threads: Int) -> [Double] {
        func figures(_ cell: RecurrentCell) -> TrainingFigures? {
            results.training.first {
                ($0.cell, $0.hiddenSize, $0.threads) == (cell, hiddenSize, threads)
            }
        }
        guard let own = figures(cell), let lstm = figures(.lstm) else { return [] }
        return own.sharesOfPeak(relativeTo: lstm)
    }

    /// Returns a ratio with its range: "97.1 % (95.0 – 98.2)"; "–" without numbers.
    private static func spread(_ ratios: [Double]) -> String {
        guard let least = ratios.min(), let greatest = ratios.max() else { return "–" }
        func number(_ ratio: Double) -> String { TextFormat.fixed(100 * ratio, decimals: 1) }
        return "\(number(ratios.median)) % (\(number(least)) – \(number(greatest)))"
    }

    /// The cost of a batch with lengths relative to the padded batch.
    var variableLengths: String {
        let figures = results.variableLengths
        let (batch, steps) = (figures[0].lengths.count, figures[0].steps)
        var table = TextTable([
            .init("batch of \(batch)"), .init("hidden", .right), .init("padded to \(steps)", .right),
            .init("all \(steps) long", .right), .init("by padded", .right),
            .init("1 to \(steps) long", .right), .init("by padded", .right),
        ])
        for row in figures {
            table.append(
                [row.cell.rawValue, "\(row.hiddenSize)", Self.milliseconds(row.paddedMilliseconds)]
                    + [row.full, row.variable].flatMap { cost in
                        [
                            Self.milliseconds(cost.milliseconds),
                            "\(TextFormat.fixed(cost.overPadded, decimals: 2)) ×",
                        ]
                    })
        }
        return table.rendered()
    }

    /// The duration of a step of the layers by themselves and of the engine.
    var layers: String {
        var table = TextTable([
            .init("a step on \(ModelSetup.batchSize)"), .init("hidden", .right), .init("threads", .right),
            .init("engine", .right), .init("layers", .right), .init("by engine", .right),
            .init("processor time", .right),
        ])
        for figures in results.layers {
            let ratios = [figures.overEngine, figures.processorOverEngine]
            table.append(
                [
                    figures.cell.rawValue, "\(figures.hiddenSize)", "\(figures.threads)",
                    Self.milliseconds(figures.engineMilliseconds),
                    Self.milliseconds(figures.layersMilliseconds),
                ] + ratios.map { "\(TextFormat.fixed($0, decimals: 2)) ×" })
        }
        return table.rendered()
    }

    /// The speed of training on sequences of different lengths, and the duration of one prediction.
    var sequences: String {
        let lengths = SequenceBenchmark.lengths
        var table = TextTable([
            .init("\(lengths.lowerBound) to \(lengths.upperBound) steps"), .init("hidden", .right),
            .init("threads", .right), .init("sequences/s", .right), .init("one prediction", .right),
        ])
        for figures in results.sequences {
            table.append([
                figures.readout == .each ? "a class at each step" : "a class for each sequence",
                "\(figures.hiddenSize)", "\(figures.threads)",
                TextFormat.grouped(Int(figures.sequencesPerSecond.median.rounded())),
                "\(TextFormat.fixed(figures.medianMicroseconds, decimals: 1)) µs",
            ])
        }
        return table.rendered()
    }

    /// The duration of the forecasters' training.
    var forecasts: String {
        let first = results.forecasts[0]
        var table = TextTable([
            .init("forecaster"), .init("\(first.epochs) epochs of \(first.windows) windows", .right),
            .init("fastest – slowest", .right), .init("windows/s", .right),
        ])
        for figures in results.forecasts {
            let milliseconds = figures.seconds.map { 1000 * $0 }
            table.append([
                figures.model.title, Self.milliseconds(milliseconds.median),
                "\(TextFormat.fixed(milliseconds.quantile(0), decimals: 2)) – "
                    + Self.milliseconds(milliseconds.quantile(1)),
                TextFormat.grouped(Int(figures.windowsPerSecond.median.rounded())),
            ])
        }
        return table.rendered()
    }

    private static func milliseconds(_ value: Double) -> String {
        "\(TextFormat.fixed(value, decimals: 2)) ms"
    }
}

extension Array where Element: Equatable {
    /// Returns the elements without repetitions; the first of equal elements is kept.
    fileprivate func uniqued() -> [Element] {
        reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

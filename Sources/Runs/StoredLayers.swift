import NeuralNetworks
import Training

/// The layers of a model in the `config.json` of a run.
package struct StoredLayers: Codable, Sendable {
    /// The shape of the input: "(N, 28, 28)"; empty if it is not known.
    package let inputShape: String
    package let layers: [Layer]

    package struct Layer: Codable, Sendable {
        package var name: String
        /// The shape of the output; empty if it is not known.
        package var outputShape: String
        package var parameters: Int
    }

    /// Takes the layers of the model's summary if it has one, otherwise its modules.
    package init(of trainer: Trainer) {
        let summary = trainer.sequenceModel ?? trainer.trainableModel as? any Summarizable
        inputShape = summary?.inputShape ?? ""
        layers =
            summary?.layerSummaries.map {
                Layer(name: $0.name, outputShape: $0.outputShape, parameters: $0.parameterCount)
            }
            ?? trainer.namedModules.map {
                Layer(
                    name: "\($0.name) (\(type(of: $0.module)))", outputShape: "",
                    parameters: $0.module.parameters.count)
            }
    }
}

extension StoredLayers: Summarizable {
    package var layerSummaries: [LayerSummary] {
        layers.map {
            LayerSummary(
                $0.name, outputShape: $0.outputShape.isEmpty ? "–" : $0.outputShape,
                parameterCount: min(max($0.parameters, 0), 1 << 40))
        }
    }
}

/// A metric in the `config.json` of a run, without its definition.
package struct StoredMetric: Codable, Sendable {
    package var name: String
    package var title: String
    package var unit: String
    package var higherIsBetter: Bool

    package init(_ metric: Metric) {
        (name, title, unit) = (metric.name, metric.title, metric.unit)
        higherIsBetter = metric.higherIsBetter
    }

    /// The metric, which computes no values; nil if the name is invalid.
    package var metric: Metric? {
        guard Metric.isName(name) else { return nil }
        return Metric(name, title: title, unit: unit, higherIsBetter: higherIsBetter) { _ in .nan }
    }
}

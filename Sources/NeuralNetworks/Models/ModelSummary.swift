import Console

extension Summarizable {
    /// Returns layers, output shapes and parameter counts as a table, for `summary()`.
    func summaryTable() -> String {
        var table = TextTable([.init("Layer (type)"), .init("Output shape"), .init("Parameters", .right)])
        for layer in layerSummaries {
            table.append([layer.name, layer.outputShape, TextFormat.grouped(layer.parameterCount)])
        }
        table.appendRule()
        table.append([
            "total", "input \(inputShape)",
            "\(TextFormat.grouped(parameterCount)) (\(TextFormat.bytes(4 * parameterCount)))",
        ])
        return table.rendered()
    }
}

import ArgumentParser
import Console
import Interchange
import Platform

/// The options of the command `export`, without those that choose the model.
package struct ExportArguments: ParsableArguments {
    package init() {}

    @Option(
        help: ArgumentHelp(
            "Format: \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")) (default: list the formats)",
            valueName: "format"))
    package var to: ExportFormat?

    @Option(
        help: ArgumentHelp(
            "File or directory to write (default: \(TextFormat.list(ExportFormat.allCases.map(\.fileName))) in the run's directory)",
            valueName: "path"),
        completion: .file())
    package var out: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Version of ONNX's operators, \(ExportRange.text) (default: \(ONNXExport.defaultOpset)); older programs need a \
            smaller one
            """, valueName: "version"))
    package var opset: Int?

    @Flag(help: "Write probabilities, in place of scores before softmax")
    package var softmax = false

    @Flag(help: "Leave out the input of lengths: all sequences of a batch have the same number of steps")
    package var noLengths = false

    @Flag(help: "Print one JSON object instead of text")
    package var json = false

    package func validate() throws {
        try check("--opset", opset, ONNXExport.opsets)
        try checkUse("--opset", opset != nil, of: "--to onnx", to == .onnx)
        try checkUse("--softmax", softmax, of: "--to onnx", to == .onnx)
        try checkUse("--no-lengths", noLengths, of: "--to onnx", to == .onnx)
        try checkUse("--out", out != nil, of: "--to", to != nil)
        guard out != "" else { throw ValidationError("--out must name a file, not be empty.") }
    }

    /// Prints the formats with their uses, for a command line without --to.
    ///
    /// - Parameter command: The words of the command line, without options.
    package func list(for command: [String], on console: Console) throws {
        if json {
            let formats = Dictionary(
                uniqueKeysWithValues: ExportFormat.allCases.map { ($0.rawValue, $0.purpose) })
            return console.print(result: try JSON.text(formats, pretty: false))
        }
        var table = TextTable([.init("Format"), .init("Use")])
        for format in ExportFormat.allCases { table.append([format.rawValue, format.purpose]) }
        let next = ShellWords.quoted(command + ["--to", ExportFormat.allCases[0].rawValue])
        console.print("\(table.rendered())\nExport with: \(next)")
    }
}

private enum ExportRange {
    static let text = "\(ONNXExport.opsets.lowerBound) to \(ONNXExport.opsets.upperBound)"
}

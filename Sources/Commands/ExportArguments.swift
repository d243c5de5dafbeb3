import ArgumentParser
import Console
import Interchange
import Platform

/// The options of the command `export`, without those that choose the model.
package struct ExportArguments: ParsableArguments {
    package init() {}

    @Option(
        help: ArgumentHelp("Format (default: list the formats)", valueName: "format"))
    package var to: ExportFormat?

    @Option(
        help: ArgumentHelp(
            "File or directory to write (default: in the run's directory)", valueName: "path"),
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

    /// Returns the format; nil if the command line names none, after the formats were printed.
    ///
    /// - Parameters:
    ///   - formats: The formats of the tool.
    ///   - command: The words of the command line, without options.
    /// - Throws: `ValidationError` for a format of another tool.
    package func format(
        of formats: [ExportFormat], command: [String], on console: Console
    ) throws -> ExportFormat? {
        if let to {
            guard formats.contains(to) else {
                throw ValidationError(
                    "--to \(to.rawValue): \(command[0]) exports \(TextFormat.list(formats.map(\.rawValue))).")
            }
            return to
        }
        if json {
            let uses = Dictionary(uniqueKeysWithValues: formats.map { ($0.rawValue, $0.purpose) })
            console.print(result: try JSON.text(uses, pretty: false))
            return nil
        }
        var table = TextTable([.init("Format"), .init("Use")])
        for format in formats { table.append([format.rawValue, format.purpose]) }
        let next = ShellWords.quoted(command + ["--to", formats[0].rawValue])
        console.print("\(table.rendered())\nExport with: \(next)")
        return nil
    }
}

private enum ExportRange {
    static let text = "\(ONNXExport.opsets.lowerBound) to \(ONNXExport.opsets.upperBound)"
}

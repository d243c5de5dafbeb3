import ArgumentParser
import Console
import Interchange
import Platform

/// The options of the command `export`, without those that choose the model.
package struct ExportArguments: ParsableArguments {
    package init() {}

    @Option(
        help: ArgumentHelp("Format of the file (default: list the formats)", valueName: "format"),
        completion: .list(ExportFormat.allCases.map(\.rawValue)))
    package var to: String?

    private var isONNX: Bool { to == ExportFormat.onnx.rawValue }

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
        try checkUse("--opset", opset != nil, of: "--to onnx", isONNX)
        try checkUse("--softmax", softmax, of: "--to onnx", isONNX)
        try checkUse("--no-lengths", noLengths, of: "--to onnx", isONNX)
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
            guard let format = formats.first(where: { $0.rawValue == to }) else {
                throw ValidationError(
                    "--to must be \(TextFormat.list(formats.map(\.rawValue), joinedBy: "or")), not \"\(to)\"."
                )
            }
            return format
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

extension ExportArguments {
    /// Writes a file to the path that the command line gives, as a shell's `>` does, or else to a path in the run, where no
    /// link is followed.
    ///
    /// - Returns: The path of the file.
    func write(_ content: [UInt8], orTo path: String) throws(FileError) -> String {
        guard let out else {
            try AtomicFile.write(content, to: path)
            return path
        }
        try AtomicFile.writeOutput(content, to: out)
        return out
    }
}

private enum ExportRange {
    static let text = "\(ONNXExport.opsets.lowerBound) to \(ONNXExport.opsets.upperBound)"
}

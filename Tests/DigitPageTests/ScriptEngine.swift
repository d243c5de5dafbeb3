import Foundation
import TestSupport
import Testing

/// Runs the page's scripts by Node.js, if it is installed.
enum ScriptEngine {
    static let path: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/node" }.first(where: FileManager.default.isExecutableFile)

    /// Calls a function of JavaScript, which has the scripts without the page, and returns its result.
    ///
    /// - Parameters:
    ///   - body: The body of the function of `input`.
    ///   - input: The argument, as JSON.
    static func call<Result: Decodable>(_ body: String, _ input: some Encodable) throws -> Result {
        let directory = try TemporaryDirectory()
        let scripts = ["normalizer", "picture", "preparation", "network", "drawing"]
        let source = try scripts.map { try text(Repository.path("Sources/DigitPage/Page/\($0).js")) }
            .joined(separator: "\n")
        let program = """
            "use strict";
            const files = require("fs");
            \(source)
            const base64 = (bytes) => Buffer.from(bytes).toString("base64");
            const call = (input) => { \(body) };
            files.writeFileSync(process.argv[3], JSON.stringify(call(JSON.parse(files.readFileSync(process.argv[2], "utf8")))));
            """
        try Data(program.utf8).write(to: URL(filePath: directory.file("program.js")))
        try JSONEncoder().encode(input).write(to: URL(filePath: directory.file("input.json")))
        let process = Process()
        process.executableURL = URL(filePath: try #require(path))
        process.arguments = ["program.js", "input.json", "output.json"].map(directory.file)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let output = try Data(contentsOf: URL(filePath: directory.file("output.json")))
        return try JSONDecoder().decode(Result.self, from: output)
    }
}

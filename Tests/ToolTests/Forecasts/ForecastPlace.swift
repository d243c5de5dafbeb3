import Foundation
import TestSupport
import Testing

extension Tool {
    static let forecastName = "stock-forecast"
    static let forecastPath = products.appending(path: forecastName).path
}

/// A directory for one test, with a small table of prices and the runs of `stock-forecast`.
struct ForecastPlace {
    let place = try! Workplace(nil)
    let prices: String

    /// Options for networks that train within a moment.
    static let small = [
        "--sequence-length", "4", "--train-windows", "20", "--batch-size", "5", "--hidden-size", "3",
        "--epochs", "3",
    ]

    init(rows: Int = 40) throws {
        prices = place.path + "/prices.csv"
        try write("prices.csv", Self.table(rows))
    }

    /// Returns prices that rise in waves, on days 3 to 26 of each month from 2000-01-03 on.
    static func table(_ count: Int, first: Int = 0) -> String {
        let rows = (first..<first + count).map { row in
            let date = "\(2000 + row / 288)-\(two(row / 24 % 12 + 1))-\(two(row % 24 + 3))"
            let close = 100 + Double(row) + 8 * sin(Double(row) / 3)
            let open = close - Double(row * 7 % 5) / 4
            return
                "\(date),\(open),\(max(open, close) + 1.5),\(min(open, close) - 0.75),\(close),\(1000 + row * 37 % 101)"
        }
        return (["Date,Open,High,Low,Close,Volume"] + rows).joined(separator: "\n") + "\n"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let path = place.path + "/" + name
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    var runs: String { place.runs }
    /// The path of the newest run.
    var run: String { place.runs + "/" + (place.runNames.last ?? "none") }

    /// Runs a command of the tool on the runs in this directory.
    func tool(_ arguments: [String], program: String = Tool.forecastPath) throws -> Tool.Outcome {
        try Tool.run(arguments + ["--runs", runs], program: program)
    }

    func tool(_ arguments: String...) throws -> Tool.Outcome { try tool(arguments) }

    /// Trains on the small table; given options replace the small ones.
    func train(_ arguments: String..., program: String = Tool.forecastPath) throws -> Tool.Outcome {
        try tool(["--data", prices] + Self.options(arguments), program: program)
    }

    func start(_ arguments: String...) throws -> RunningTool {
        try RunningTool(
            ["--data", prices, "--runs", runs] + Self.options(arguments), program: Tool.forecastPath)
    }

    /// Returns the given options, and the small options that are not given.
    static func options(_ given: [String]) -> [String] {
        stride(from: 0, to: small.count, by: 2).filter { !given.contains(small[$0]) }
            .flatMap { small[$0..<$0 + 2] } + given
    }

    func exists(_ name: String) -> Bool { place.exists(name) }
    func text(_ name: String) throws -> String { try place.text(name) }
    func record() throws -> Forecasts { try Forecasts(bytes: place.bytes("forecast.json")) }
    func state() throws -> String? { try place.json("summary.json", "state") as? String }

    /// Returns the lines of a log without the two cells that depend on time: the last two of a CSV file. Regular expressions
    /// would take seconds in an unoptimised build.
    private static func withoutTimes(_ log: [UInt8]) -> [UInt8] {
        let times = ["\"seconds\":", "\"sequences_per_second\":"].map { Array($0.utf8) }
        return Array(
            log.split(separator: UInt8(ascii: "\n")).map { line in
                let cells = line.split(separator: UInt8(ascii: ","))
                let kept =
                    line.first == UInt8(ascii: "{")
                    ? cells.filter { cell in !times.contains { cell.starts(with: $0) } } : cells.dropLast(2)
                return kept.joined(separator: [UInt8(ascii: ",")])
            }.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// Returns the files of the newest run that training determines to the last byte.
    func results() throws -> [String: [UInt8]] {
        var results: [String: [UInt8]] = [:]
        for (name, entry) in try FileTree(at: run).entries {
            guard case .file(let bytes) = entry else { continue }
            switch name.split(separator: "/").last ?? "" {
            case "metrics.csv", "metrics.jsonl": results[name] = Self.withoutTimes(bytes)
            case "forecast.json", "results.csv", "loss.svg", "forecast.svg": results[name] = bytes
            default: break
            }
        }
        // The other checkpoints depend on the step at which the run was stopped.
        for network in try FileManager.default.contentsOfDirectory(atPath: run) {
            for name in ["last", "best"] {
                let path = "\(network)/checkpoints/\(name).safetensors"
                if let bytes = FileManager.default.contents(atPath: "\(run)/\(path)") {
                    results[path] = Array(bytes)
                }
            }
        }
        return results
    }
}

/// Fails if the results of two runs differ, and names the files.
func expectSame(
    _ found: [String: [UInt8]], _ expected: [String: [UInt8]], _ comment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let names = Set(found.keys).union(expected.keys).filter { found[$0] != expected[$0] }.sorted()
    #expect(names.isEmpty && !expected.isEmpty, "\(comment): \(names) differ", sourceLocation: sourceLocation)
}

/// The part of `forecast.json` that tests read.
struct Forecasts: Decodable {
    struct Model: Decodable {
        struct Member: Decodable {
            var seed: Int
            var forecasts: [Double]
            var future: [Double]
        }
        var model: String
        var members: [Member]
    }
    var target: String
    var dates: [String]
    var actual: [Double]
    var trainCount: Int
    var futureDates: [String]
    var models: [Model]

    init(bytes: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Self.self, from: bytes)
    }
}

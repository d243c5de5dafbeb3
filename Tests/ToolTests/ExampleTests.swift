import Foundation
import TestSupport
import Testing

@Suite("The examples", .timeLimit(.minutes(60))) struct ExampleTests {
    /// Numbers that NumPy computes for the tutorials; `Scripts/tutorial_fixture.py` writes them.
    private struct Tutorials: Decodable {
        struct KerasLSTM: Decodable {
            let sequences: [[Double]]
            let last: [Double]
            let cells: [[Double]]
        }

        let numpyRnn: [[Double]]
        let kerasRnn: [[Double]]
        let kerasLstm: KerasLSTM

        static func read() throws -> Tutorials {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(
                Tutorials.self, from: Data(contentsOf: Fixtures.url.appending(path: "tutorials.json")))
        }
    }

    private func output(_ example: String, in directory: URL? = nil) throws -> String {
        let program = Tool.products.appending(path: "examples").path
        let outcome = try Tool.run([example], program: program, in: directory)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        return outcome.output
    }

    /// Returns the numbers in a text, in order.
    private func numbers(_ text: Substring) -> [Double] {
        text.split { !"0123456789.e-".contains($0) }.compactMap { Double($0) }
    }

    /// Returns the page "From the tutorials to Swift".
    private func page() throws -> String {
        let path = "Sources/NeuralNetworks/NeuralNetworks.docc/FromTheTutorials.md"
        return try String(contentsOfFile: Repository.path(path), encoding: .utf8)
    }

    @Test
    func `the tutorial's ten steps equal NumPy's in double precision, and the layer's in single precision`()
        throws
    {
        let output = try output("rnn-by-hand")
        let expected = Array(try Tutorials.read().numpyRnn.joined())
        #expect(expected.count == 80)
        let layer = try #require(output.range(of: "tensor("))
        // The sums are rounded in another order than in NumPy.
        expectClose(numbers(output[..<layer.lowerBound]), expected, absolute: 4e-16, relative: 0)
        let end = try #require(output.range(of: ")", range: layer.upperBound..<output.endIndex))
        // Four decimals are printed.
        expectClose(
            numbers(output[layer.upperBound..<end.lowerBound]), expected, absolute: 0.51e-4, relative: 0)
        let difference = try #require(output.firstMatch(of: /greatest difference ([0-9.e-]+)/))
        #expect(try #require(Double(difference.1)) < 1e-6)
        #expect(output.contains("The cell's last state is the layer's: true"))
    }

    @Test
    func `the page has the first and the last step, to the last digit`() throws {
        let page = try page()
        let start = try #require(page.range(of: "[[0.9117"))
        let end = try #require(page.range(of: "]]", range: start.upperBound..<page.endIndex))
        let expected = try Tutorials.read().numpyRnn
        expectClose(
            numbers(page[start.lowerBound..<end.lowerBound]), expected[0] + expected[9], absolute: 4e-16,
            relative: 0)
    }

    @Test
    func `a closed forget gate forgets, and a closed input gate ignores the input`() throws {
        let parts = try output("lstm-gates").components(separatedBy: "\n\n")
        #expect(parts.count == 5)
        func row(_ name: String, of part: Int) throws -> [Double] {
            let line = parts[part].split(separator: "\n").first { $0.hasPrefix(name + " tensor(") }
            return numbers(try #require(line).dropFirst(name.count))
        }
        let before = try row("Cell state c'", of: 0)
        #expect(before == [2, 1, -1, -2])
        for part in 1...4 {
            let (i, f) = (try row("  i", of: part), try row("  f", of: part))
            let (g, o) = (try row("  g", of: part), try row("  o", of: part))
            let cell = (0..<4).map { f[$0] * before[$0] + i[$0] * g[$0] }
            // The printed numbers have four decimals.
            expectClose(try row("  c", of: part), cell, absolute: 3e-4, relative: 0, "c, part \(part)")
            expectClose(
                try row("  h", of: part), (0..<4).map { o[$0] * tanh(cell[$0]) }, absolute: 3e-4, relative: 0,
                "h, part \(part)")
        }
        #expect(try row("  f", of: 2) == [0, 0, 0, 0])
        #expect(try row("  i", of: 3) == [0, 0, 0, 0])
        #expect(try row("  i", of: 4) == [0, 0, 0, 0] && row("  f", of: 4) == [1, 1, 1, 1])
        #expect(try row("  c", of: 4) == before)
    }

    @Test
    func `a table, as on the page, and a picture show vanishing gradients`() throws {
        let directory = try TemporaryDirectory()
        let output = try output("vanishing-gradient", in: URL(filePath: directory.path))
        let rows = output.split(separator: "\n").map { line in
            line.split(separator: "│").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        // NeuralNetworksTests compares these numbers with double precision.
        for row in [
            ["Steps back", "RNN", "LSTM", "GRU", "LSTM, forget gate open"],
            ["0", "6.5e-01", "2.7e-01", "4.1e-01", "2.7e-01"],
            ["10", "4.0e-03", "9.6e-04", "3.6e-03", "8.5e-02"],
            ["20", "2.5e-05", "5.6e-06", "6.6e-05", "7.0e-02"],
            ["30", "1.4e-07", "9.1e-08", "2.9e-06", "5.8e-02"],
            ["40", "1.1e-09", "5.3e-10", "5.4e-08", "7.0e-02"],
            ["50", "7.4e-12", "2.8e-12", "2.2e-09", "6.7e-02"],
        ] { #expect(rows.contains(row), "\(row)") }

        let picture = try String(contentsOfFile: directory.file("vanishing-gradient.svg"), encoding: .utf8)
        for name in ["σ", "σ′", "tanh", "tanh′", "RNN", "LSTM", "GRU", "LSTM, forget gate open"] {
            #expect(picture.contains(">\(name)<"), "\(name)")
        }
        // The description for screen readers has the range of each line.
        #expect(
            picture.contains("σ′: 0.002467 at first, 0.002467 at last, within 0.002467 to 0.25, points: 121"))
        #expect(picture.contains(/tanh′: [^:]* to 1, points: 121/))
        #expect(picture.contains(/GRU: 0\.41\d* at first, 2\.2\d*e-9 at last[^:]*, points: 51/))
    }

    @Test
    func `shapes are printed as in the tutorials`() throws {
        let output = try output("shapes")
        let rows = output.split(separator: "\n").map { line in
            line.split(separator: "│").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        for row in [
            ["RNN(5, 8)", "(1, 10, 5)", "(1, 10, 8)", "(1, 1, 8)"],
            ["2 layers", "(1, 10, 5)", "(1, 10, 8)", "(2, 1, 8)"],
            ["2 layers, bidirectional", "(1, 10, 5)", "(1, 10, 16)", "(4, 1, 8)"],
            ["2 layers, 140 stock rows", "(1, 140, 5)", "(1, 140, 8)", "(2, 1, 8)"],
            ["LSTM(6, 200)", "(100, 30, 6)", "(100, 30, 200)", "(1, 30, 200)"],
            ["bidirectional", "(100, 30, 6)", "(100, 30, 400)", "(2, 30, 200)"],
            ["bidirectional, batchFirst", "(100, 30, 6)", "(100, 30, 400)", "(2, 100, 200)"],
            ["GRU(6, 200)", "(100, 30, 6)", "(100, 30, 200)", "(1, 30, 200)"],
        ] { #expect(rows.contains(row), "\(row)") }
        for row in [
            ["SimpleRNN(3)", "(5, 10, 4)", "(5, 3)", "24"],
            ["SimpleRNN(3, return_sequences=True)", "(5, 10, 4)", "(5, 10, 3)", "24"],
            ["two layers", "(5, 10, 4)", "(5, 10, 3)", "45"],
            ["Bidirectional", "(5, 10, 4)", "(5, 10, 6)", "48"], ["SimpleRNN", "(N, 10, 3)", "21"],
        ] { #expect(rows.contains(row), "\(row)") }
    }

    @Test
    func `returned sequences and states equal those in Keras`() throws {
        let tutorials = try Tutorials.read()
        let (rnn, lstm) = (tutorials.kerasRnn, tutorials.kerasLstm)
        let (hidden, cell) = (Array(lstm.last[..<3]), lstm.cells[0])
        let (directions, cells) = ([hidden, Array(lstm.last[3...])], lstm.cells)
        let expected: [(title: String, shapes: [String], rows: [[Double]])] = [
            (simple("False", "False"), ["output [1, 3]"], [rnn[3]]),
            (simple("True", "False"), ["output [1, 4, 3]"], rnn),
            (simple("False", "True"), ["output [1, 3]", "h [1, 1, 3]"], [rnn[3], rnn[3]]),
            (simple("True", "True"), ["output [1, 4, 3]", "h [1, 1, 3]"], rnn + [rnn[3]]),
            (
                "LSTM(3, return_state=True)", ["output [1, 3]", "h [1, 1, 3]", "c [1, 1, 3]"],
                [hidden, hidden, cell]
            ),
            (
                both("False"), ["output [1, 6]", "h [2, 1, 3]", "c [2, 1, 3]"],
                [lstm.last] + directions + cells
            ),
            (
                both("True"), ["output [1, 4, 6]", "h [2, 1, 3]", "c [2, 1, 3]"],
                lstm.sequences + directions + cells
            ),
        ]
        // There is a blank line above each title, and between the two directions of a state.
        let output = try output("shapes")
        let titles = expected.map(\.title)
        var found: [String: [Substring]] = [:]
        var title = ""
        for line in output.split(separator: "\n") {
            if titles.contains(String(line)) {
                title = String(line)
            } else {
                found[title, default: []].append(line)
            }
        }
        for (title, shapes, rows) in expected {
            let lines = try #require(found[title], "\(title)")
            #expect(lines.filter { $0.hasSuffix("]") && !$0.contains("tensor") }.map(String.init) == shapes)
            let numbers = lines.filter { $0.contains(".") }.flatMap(numbers)
            expectClose(numbers, Array(rows.joined()), absolute: 0.51e-4, relative: 0, title)
        }
    }

    private func simple(_ sequences: String, _ state: String) -> String {
        "SimpleRNN(3, return_sequences=\(sequences), return_state=\(state))"
    }

    private func both(_ sequences: String) -> String {
        "Bidirectional(LSTM(3, return_sequences=\(sequences), return_state=True))"
    }

    @Test(
        arguments: ["many-to-one", "many-to-many", "one-to-many", "encoder-decoder"])
    func `every model reaches 99 %`(_ example: String) throws {
        let output = try output(example)
        let share = try #require(output.firstMatch(of: /exact answers: ([0-9.]+) %/))
        #expect(try #require(Double(share.1)) > 99)
    }
}

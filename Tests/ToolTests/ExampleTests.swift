import Foundation
import Testing

@Suite("The examples", .timeLimit(.minutes(60))) struct ExampleTests {
    private func output(_ example: String) throws -> String {
        let outcome = try Tool.run([example], program: Tool.products.appending(path: "examples").path)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        return outcome.output
    }

    @Test
    func `by hand and by the layer are equal to the last digit printed`() throws {
        let output = try output("rnn-by-hand")
        let rows = output.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count == 3 }
        #expect(rows.count == 10)
        for row in rows { #expect(row[1] == row[2]) }
        #expect(output.contains("the cell's last state is the layer's: true"))
    }

    @Test
    func `shapes as the tutorials print them`() throws {
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
        for total in [" 24 (96 B) ", " 45 (180 B) ", " 48 (192 B) "] { #expect(output.contains(total)) }
    }

    @Test(
        arguments: ["many-to-one", "many-to-many", "one-to-many", "encoder-decoder"])
    func `every model reaches 99 %`(_ example: String) throws {
        let output = try output(example)
        let share = try #require(output.firstMatch(of: /exact answers: ([0-9.]+) %/))
        #expect(try #require(Double(share.1)) > 99)
    }
}

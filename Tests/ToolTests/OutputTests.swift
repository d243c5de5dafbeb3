import Foundation
import ImageClassification
import NeuralNetworks
import Runs
import Testing

@Suite("Output of training", .timeLimit(.minutes(60))) struct OutputTests {
    @Test func `the header describes the training`() throws {
        let place = try Workplace()
        let outcome = try place.run("--epochs", "1", "--threads", "1", "--seed", "7")
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        let lines = outcome.lines
        #expect(lines[0] == "Data: \(place.data), 300 training images of 28 × 28, 10 classes")
        let table = lines.filter { $0.hasPrefix("│") }.map { row in
            row.split(separator: "│").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(
            table == [
                ["Layer (type)", "Output shape", "Parameters"],
                ["lstm.l0 (bidirectional LSTM)", "(N, 28, 24)", "4,032"],
                ["lstm.l1 (bidirectional LSTM)", "(N, 28, 24)", "3,648"],
                ["flatten", "(N, 672)", "0"],
                ["fc (Linear)", "(N, 10)", "6,730"],
                ["total", "input (N, 28, 28)", "14,410 (56.3 KiB)"],
            ])
        #expect(lines.contains("Parameters: 14,410 · batch 128 · Adam, learning rate 0.005 · seed 7"))
        #expect(lines.contains { $0.wholeMatch(of: /Threads: 1 · instruction set: .+/) != nil })
        let first = try #require(lines.firstIndex { $0.hasPrefix("[0]") })
        #expect(lines[first - 1] == "Run: \(place.runs)/\(place.runNames[0])")
    }

    @Test func `each epoch has one line, and so has the end`() throws {
        let place = try Workplace()
        let outcome = try place.run("--epochs", "12")
        #expect(outcome.exitCode == 0)
        #expect(outcome.epochLines.count == 12)
        for (epoch, line) in outcome.epochLines.enumerated() {
            let match = try #require(
                line.wholeMatch(
                    of:
                        /\[(\d+)\] train acc: (\d+\.\d\d)  loss: \d\.\d{4}  lr: 0\.005  \d+\.\d\d s  [\d,]+ images\/s/
                ),
                "\(line)")
            #expect(Int(match.1) == epoch)
            #expect((0...100).contains(try #require(Double(match.2))))
        }
        let last = try #require(outcome.lines.dropLast().last)
        let match = try #require(
            last.wholeMatch(of: /Train Acc: (\d+\.\d\d), Test Acc: (\d+\.\d\d) ± 0\.00/), "\(last)")
        // The images are easy, so twelve epochs are sufficient.
        #expect(Double(match.1) == 100)
        #expect(Double(match.2) == 100)
        #expect(outcome.output.hasSuffix("\n"))
    }

    @Test func `a pipe and the log get only whole lines`() throws {
        let place = try Workplace()
        // The epoch is long enough for a progress bar on a terminal.
        let outcome = try place.run(
            "--epochs", "1", "--batch-size", "1", "--hidden-size", "64", "--threads", "1")
        #expect(outcome.exitCode == 0)
        #expect(!outcome.output.contains("\r"))
        #expect(!outcome.output.contains("\u{1B}"))
        #expect(try place.text("train.log") == outcome.output)
    }

    @Test func `each line is written at once`() throws {
        let place = try Workplace()
        let tool = try place.start("--epochs", "1000000")
        // A buffered stream would hold the first lines back until it has some kilobytes.
        #expect(try tool.line(beginning: "Data:").hasSuffix("10 classes"))
        _ = try tool.line(beginning: "[0]")
        let logged = try place.text("train.log").split(separator: "\n").filter { $0.hasPrefix("[") }.count
        #expect(logged < 50)
        #expect(tool.isRunning)
        tool.send(SIGTERM)
        #expect(try tool.finish().exitCode == 143)
    }

    @Test func `a closed pipe does not end training`() throws {
        let place = try Workplace()
        let tool = try place.start("--epochs", "30")
        _ = try tool.line(beginning: "Data:")
        try tool.closeOutput()
        #expect(try tool.wait() == 0)
        let log = try place.text("train.log")
        #expect(log.contains("\n[29] train acc: "))
        #expect(log.contains("\nTrain Acc: "))
        #expect(try place.json("summary.json", "state") as? String == "finished")
    }

    @Test func `every option of the table is an option of train`() throws {
        let help = try Tool.run(["help", "train"]).output
        let words = Set(help.split { !($0.isLetter || $0.isNumber || $0 == "-") })
        for option in Program.mnistBiLSTM.options {
            #expect(words.contains(option.name[...]), "expected an @Option of \(option.key)")
        }
    }

    @Test func `the embedded images are the default`() throws {
        let place = try Workplace(nil)
        let outcome = try Tool.run(["--epochs", "1", "--runs", place.runs])
        #expect(outcome.exitCode == 0)
        #expect(outcome.lines[0] == "Data: datasets/mnist, 60,000 training images of 28 × 28, 10 classes")
        let line = try #require(outcome.epochLines.first)
        let accuracy = try #require(line.firstMatch(of: /train acc: (\d+\.\d\d)/))
        // PyTorch gave 91.3 to 91.8 with six seeds.
        #expect((90.5...92.5).contains(try #require(Double(accuracy.1))))
        #expect(try #require(try place.json("summary.json", "test_accuracy") as? Double) > 95)
    }
}

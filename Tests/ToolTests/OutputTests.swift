import Foundation
import ImageClassification
import NeuralNetworks
import Runs
import Testing

@Suite("What the tool prints", .timeLimit(.minutes(60))) struct OutputTests {
    @Test func `the header says what is trained`() throws {
        let place = try Workplace()
        let outcome = try place.run("--epochs", "1", "--threads", "1", "--seed", "7")
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        let lines = outcome.lines
        #expect(lines[0] == "Data: \(place.data), 300 images of 28 × 28, 10 classes")
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

    @Test func `one line an epoch and one at the end`() throws {
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
        // Easy images: twelve epochs are plenty.
        #expect(Double(match.1) == 100)
        #expect(Double(match.2) == 100)
        #expect(outcome.output.hasSuffix("\n"))
    }

    @Test func `a pipe gets whole lines only and the log the same`() throws {
        let place = try Workplace()
        // Long enough that a terminal would show a bar.
        let outcome = try place.run(
            "--epochs", "1", "--batch-size", "1", "--hidden-size", "64", "--threads", "1")
        #expect(outcome.exitCode == 0)
        #expect(!outcome.output.contains("\r"))
        #expect(!outcome.output.contains("\u{1B}"))
        #expect(try place.text("train.log") == outcome.output)
    }

    @Test func `each line arrives at once`() throws {
        let place = try Workplace()
        let tool = try place.start("--epochs", "1000000")
        // A buffered stream would keep the first lines back until some kilobytes are full.
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

    @Test func `help explains every option`() throws {
        let outcome = try Tool.run(["help", "train"])
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        let help = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(help.contains("Example: mnist-bilstm train --epochs 10"))
        #expect(help.contains("Exit codes: 0 done, 1 "))
        for option in [
            "--resume <run> Go on with a run where it was stopped: latest, its name, ",
            "--allow-changes Let a resumed run go on with other options than its own.",
            "--epochs <epochs> How often to go through the training images (default: 50).",
            "--batch-size <batch-size> How many images each step of the optimizer takes (default: 128).",
            "--cell <cell> What a layer computes at each step (default: lstm). "
                + "(values: \(RecurrentCell.allCases.map(\.rawValue).joined(separator: ", ")))",
            "--hidden-size <hidden-size> How many units each direction of each layer has (default: 12).",
            "--layers <layers> How many recurrent layers are on top of each other (default: 2).",
            "--bidirectional/--no-bidirectional Whether to read each image from the bottom up, too "
                + "(default: --bidirectional).",
            "--readout <readout> What the linear layer reads: the outputs of all steps, ",
            "(default: all). (values: all, last, final, mean)",
            "--dropout <share> Share of the outputs dropped between layers, in training (default: 0.0).",
            "--readout-dropout <share> ",
            "--optimizer <optimizer> What moves the weights (default: adam). (values: adam, adamw, sgd, rmsprop)",
            "--learning-rate <learning-rate> The optimizer's step size; the default suits Adam (default: 0.005).",
            "--momentum <momentum> ", "--weight-decay <weight-decay> ",
            "(default: constant). (values: constant, step, cosine, plateau, one-cycle)",
            "--warm-up-epochs <warm-up-epochs> ", "--final-share <share> ", "--step-epochs <step-epochs> ",
            "--patience <patience> ",
            "--reduction <reduction> ", "--clip-norm <norm> ", "--clip-value <limit> ",
            "--recipe <recipe> The options to start from, over which those given here win: tutorial, best, ",
            "--augment <augment> Move and bend each training image anew in every epoch, ",
            "(default: none, and of the command augment elastic). (values: none, shift, affine, elastic)",
            "--augment-shift <pixels> ",
            "--augment-rotation <degrees> ", "--augment-scale <share> ", "--augment-shear <columns> ",
            "--augment-elastic <pixels> ", "--ema <share> ", "--teacher <run> ", "--teacher-weight <share> ",
            "(default: 0.5)", "--temperature <number> ", "(default: 2.0)", "--label-smoothing <share> ",
            "--validation <images> ", "--early-stopping <epochs> ",
            "--seed <seed> Decides the initial weights, the order of the images, how they are augmented and what is dropped (default: 0).",
            "--name <name> What to call this run: its directory is <UTC time>-<name> (default: mnist-bilstm).",
            "--progress <progress> ", "(values: auto, bar, line, none)",
            "--quiet Show nothing at all but errors",
            "--log-every <steps> ", "(default: 100).", "--checkpoint-every <interval> ", "(default: 1).",
            "--keep-checkpoints <count> ", "(default: 2).", "--on-save-error <on-save-error> ",
            "(values: stop, continue)", "--time-limit <time> ",
            "--threads <threads> How many threads compute; by default, as many as the cores this process may use.",
            "--dataset <name> Which images: mnist, fashion-mnist, kmnist, ",
            "--data <directory> Where the four files are, unpacked or as .gz, ",
            "--test/--no-test Whether to score the images to test on at the end (default: --test).",
            "--runs <directory> Where the directories of runs are (default: runs).",
        ] {
            // Not `#expect(help.contains(option))`: that would print all of the help.
            if !help.contains(option) { Issue.record("the help lacks: \(option)") }
        }
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
        #expect(outcome.lines[0] == "Data: datasets/mnist, 60,000 images of 28 × 28, 10 classes")
        let line = try #require(outcome.epochLines.first)
        let accuracy = try #require(line.firstMatch(of: /train acc: (\d+\.\d\d)/))
        // PyTorch's six seeds gave 91.3 to 91.8.
        #expect((90.5...92.5).contains(try #require(Double(accuracy.1))))
        #expect(try #require(try place.json("summary.json", "test_accuracy") as? Double) > 95)
    }
}

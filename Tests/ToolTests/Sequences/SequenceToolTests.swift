import Foundation
import TestSupport
import Testing

@Suite("Training and using a classifier of sequences", .timeLimit(.minutes(30)))
struct SequenceToolTests {
    @Test func `training learns, and writes every file of a run`() throws {
        let place = try SequencePlace()
        let outcome = try place.train("--epochs", "30", "--learning-rate", "0.02")
        #expect(outcome.errors == "")
        #expect(
            outcome.lines[0]
                == "Data: \(place.train), 48 training sequences, 24 test sequences, 2 channels, up to 12 steps, 3 classes"
        )
        #expect(outcome.epochLines.count == 30)
        #expect(outcome.epochLines[0].hasSuffix(" sequences/s"))
        #expect(try #require(place.place.json("summary.json", "test_accuracy") as? Double) > 90)
        for name in [
            "config.json", "metrics.csv", "metrics.jsonl", "summary.json", "evaluation.json", "mistakes.json",
            "curves.svg", "confusion.svg", "report.html", "train.log", "checkpoints/last.safetensors",
            "receipt.json",
        ] { #expect(place.place.exists(name), "\(name)") }
        #expect(try place.place.text("train.log") == outcome.output)
        #expect(try place.place.json("config.json", "program") as? String == "sequence-classifier")
        #expect(try #require(place.place.json("summary.json", "sequences_per_second") as? Double) > 0)
        #expect(
            try place.place.text("metrics.csv").hasPrefix(
                "epoch,train_loss,train_accuracy,learning_rate,seconds,sequences_per_second\n"))
    }

    /// The test accuracy of training, of `evaluate` and of `predict` is one number.
    @Test func `evaluate and predict agree with training`() throws {
        let place = try SequencePlace()
        try place.train("--epochs", "2")
        let evaluation = try place.tool("evaluate", "--json")
        #expect(evaluation.exitCode == 0 && evaluation.errors == "")
        let result = try #require(
            try JSONSerialization.jsonObject(with: Data(evaluation.output.utf8)) as? [String: Any])
        #expect(result["sequences"] as? Int == 24 && result["images"] == nil)
        #expect(result["balanced_accuracy"] != nil && result["macro_f1"] != nil)
        let accuracy = try #require(place.place.json("summary.json", "test_accuracy") as? Double)
        #expect(result["accuracy"] as? Double == accuracy)
        let predictions = try place.tool("predict", place.place.path + "/small_TEST.ts", "--json")
        let rows = try predictions.output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(rows.count == 24)
        let right = rows.count { $0["label"] as? String == $0["predicted"] as? String }
        #expect(right == result["correct"] as? Int)
        for row in rows {
            let probabilities = try #require(row["probabilities"] as? [String: Double])
            #expect(Set(probabilities.keys) == Set(SequencePlace.names))
            #expect(abs(probabilities.values.reduce(0, +) - 1) < 1e-12)
            #expect(probabilities[try #require(row["predicted"] as? String)] == probabilities.values.max())
        }
        #expect(rows[3]["name"] as? String == "line 8")
    }

    /// The checkpoint alone has the names of classes and channels, and the normalization.
    @Test func `a checkpoint predicts alone, and finds channels by their names`() throws {
        let place = try SequencePlace()
        let data = try place.write("steps.csv", SequencePlace.table(0..<48))
        try place.train("--data", data, "--epochs", "30", "--learning-rate", "0.02")
        let model = place.place.path + "/model.safetensors"
        try place.place.bytes("checkpoints/last.safetensors").write(to: URL(filePath: model))
        try FileManager.default.removeItem(atPath: place.runs)
        let known = try place.write("known.csv", SequencePlace.table(60..<66))
        let outcome = try place.tool("predict", known, "--run", model)
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.lines[1].hasPrefix("id 60: up ("))
        #expect(outcome.lines[1].hasSuffix(" %), correct"))
        #expect(outcome.lines[7] == "6 of 6 correct")
        // Without classes and ids, the file is one sequence; the columns are in another order, and one is unknown.
        let rows = SequencePlace.sequence(62)
        let text = rows[0].indices.map { "\(rows[1][$0]),7,\(rows[0][$0])" }.joined(separator: "\n")
        let unknown = try place.write("unknown.csv", "y,z,x\n\(text)\n")
        let single = try place.tool("predict", unknown, "--run", model)
        try #require(single.exitCode == 0, "\(single.errors)")
        #expect(single.lines[1].hasPrefix("line 2: walkFast (") && single.lines[1].hasSuffix(" %)"))
        #expect(
            single.lines[1].dropFirst("line 2".count)
                == outcome.lines[3].dropFirst("id 62".count).dropLast(", correct".count))
        // A folder without classes.
        for index in 60..<63 {
            try place.write("folder/\(index).csv", SequencePlace.table(index..<index + 1, hasClasses: false))
        }
        let folder = try place.tool("predict", place.place.path + "/folder", "--run", model)
        let answers = folder.lines.dropFirst().map { String($0.prefix(12)) }
        #expect(answers == ["60.csv: up (", "61.csv: down", "62.csv: walk", ""])
    }

    @Test func `a folder of classes, a share for testing and a validation set are enough`() throws {
        let place = try SequencePlace()
        for index in 0..<30 {
            try place.write(
                "data/\(SequencePlace.names[index % 3])/\(index).csv",
                SequencePlace.table(index..<index + 1, hasClasses: false))
        }
        let outcome = try place.train(
            "--data", place.place.path + "/data", "--test-share", "0.2", "--validation", "6",
            "--early-stopping", "2")
        #expect(
            outcome.lines[0].hasSuffix(
                "data, 18 training sequences, 6 validation sequences, 6 test sequences, 2 channels, up to 12 steps, 3 classes"
            ))
        let confusion = try #require(place.place.json("evaluation.json", "confusion") as? [[Int]])
        #expect(confusion.map { $0.reduce(0, +) } == [2, 2, 2])
        let classes = try place.place.json("evaluation.json", "classes") as? [String]
        #expect(classes == ["down", "up", "walkFast"])
        let evaluation = try place.tool("evaluate", "--split", "validation")
        #expect(evaluation.output.contains("Accuracy on the 6 validation sequences: "))
    }

    @Test func `the report draws each mistake as a chart, in both languages`() throws {
        let place = try SequencePlace()
        try place.train("--epochs", "1", "--learning-rate", "0.00001")
        let mistakes = try #require(place.place.json("evaluation.json", "mistakes") as? [Any]).count
        // As many as the report says and draws.
        #expect(mistakes == 8)
        let charts = try place.place.text("report.html").components(separatedBy: "<svg ").count - 1
        // The curves, the confusion matrix and the mistakes.
        #expect(charts == 2 + 8)
        let english = try place.place.text("report.html")
        #expect(english.contains(">8 of ") && english.contains("channel 2") && english.contains("Macro F1"))
        #expect(english.contains("prefers-color-scheme: dark"))
        #expect(try place.tool("report", "latest", "--language", "ko").exitCode == 0)
        let korean = try place.place.text("report.html")
        #expect(korean.contains("채널 2") && korean.contains("매크로 F1") && korean.contains("시점"))
        #expect(try place.tool("report").exitCode == 0)
        #expect(try place.place.text("report.html") == english)
    }

    @Test func `the embedded data are trained without an option`() throws {
        let place = try SequencePlace()
        let outcome = try Tool.run(
            ["--epochs", "2", "--runs", place.runs], program: Tool.sequencePath, in: Repository.url)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(
            outcome.lines[0].hasSuffix(
                "270 training sequences, 370 test sequences, 12 channels, up to 26 steps, 9 classes"))
        #expect(try place.tool("runs").output.contains("-sequence-classifier"))
    }
}

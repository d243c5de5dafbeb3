import Foundation
import TestSupport
import Testing

/// The answers of `sequence-classifier` to mistakes that users make, and its screens.
@Suite("Messages and screens of sequence-classifier", .timeLimit(.minutes(30)))
struct SequenceMessageTests {
    private func changed(_ text: String, line: Int, _ change: (String) -> String) -> String {
        var lines = text.components(separatedBy: "\n")
        lines[line - 1] = change(lines[line - 1])
        return lines.joined(separator: "\n")
    }

    @Test func `messages about data and options`() throws {
        let place = try SequencePlace()
        let transcript = Transcript(in: place.place.path)
        let good = SequencePlace.series(12)
        func tried(_ name: String, _ text: String, _ options: String = "") throws {
            let path = try place.write("\(name).ts", text)
            try transcript.run("sequence-classifier --data \(name).ts --epochs 1\(options)")
            try FileManager.default.removeItem(atPath: path)
        }
        try transcript.run(
            "sequence-classifier",
            ["", "--data none.ts", "--data none", "--data small_TRAIN.ts --test none.ts"])
        try tried("empty", "")
        try tried("nothing", "@classLabel true a b\n@data\n")
        try tried("nan", changed(good, line: 7) { $0.replacing(":", with: ",NaN:", maxReplacements: 1) })
        try tried("text", changed(good, line: 7) { "x," + $0 })
        try tried("ragged", changed(good, line: 8) { "1,2," + $0 })
        try tried(
            "channels",
            changed(good, line: 9) { $0.split(separator: ":").suffix(2).joined(separator: ":") })
        try tried(
            "class",
            changed(good, line: 10) { $0.replacing("walkFast", with: "left") })
        try tried(
            "one",
            good.components(separatedBy: "\n").filter { !$0.hasSuffix(":down") && !$0.hasSuffix(":walkFast") }
                .joined(separator: "\n"))
        try tried("values", good.replacing("@classLabel true up down walkFast", with: "@targetLabel true"))
        try tried("small", good, " --validation 12")
        try tried("small", good, " --test small_TEST.ts --test-share 0.5")
        let others = try place.write(
            "others.ts",
            SequencePlace.series(6).replacing(":up", with: ":left").replacing(" up ", with: " left "))
        try transcript.run("sequence-classifier --data small_TRAIN.ts --test others.ts")
        try FileManager.default.removeItem(atPath: others)
        try place.write("other.csv", "id,class,x\n1,a,1\n2,b,2\n")
        try place.write("gap.csv", "id,label,x\n1,a,1\n1,a,\n2,b,2\n2,b,3\n")
        try transcript.run(
            "sequence-classifier",
            ["--data other.csv", "--data other.csv --label-column none", "--data gap.csv"])
        try transcript.run(
            "sequence-classifier --data small_TRAIN.ts",
            [
                "--validation 1.5", "--test-share 1", "--early-stopping 2", "--readout all", "--valdation 3",
                "--momentum 0.5", "--label-column ''", "--allow-changes", "--resume latest --name a",
                "--images x", "extra",
            ])
        #expect(place.place.runNames.isEmpty)
        try Snapshot.check(transcript.text, "Messages/sequences")
    }

    @Test func `messages about runs and files to classify`() throws {
        let place = try SequencePlace()
        let transcript = Transcript(in: place.place.path)
        try transcript.run("sequence-classifier predict small_TEST.ts")
        try transcript.run("sequence-classifier evaluate")
        try place.train("--epochs", "1", "--hidden-size", "2", "--validation", "6", "--name", "small")
        try place.write("three.ts", "@classLabel false\n@data\n1,2:3,4:5,6\n")
        try place.write("column.csv", "x,z\n1,2\n")
        try place.write("classes.ts", SequencePlace.series(3).replacing("walkFast", with: "run"))
        try place.write("values.ts", "@targetLabel true\n@data\n1:2:0.5\n")
        try transcript.run(
            "sequence-classifier predict",
            [
                "", "none.ts", "three.ts", "column.csv", "classes.ts", "values.ts",
                "small_TEST.ts --run none", "small_TEST.ts --averaged",
            ])
        try transcript.run(
            "sequence-classifier",
            [
                "evaluate --data three.ts", "evaluate --split train --data small_TEST.ts",
                "--resume small --hidden-size 3", "--resume small --validation 7",
                "--resume small --epochs 2",
                "--resume small --data small_TEST.ts --threads 1", "summary small --cell gru", "report none",
                "runs show none", "evalute",
            ])
        try place.train("--epochs", "1", "--hidden-size", "2", "--name", "plain")
        try transcript.run("sequence-classifier evaluate plain --split validation")
        try place.write("alone.ts", SequencePlace.series(12))
        try place.train("--data", place.place.path + "/alone.ts", "--epochs", "1", "--name", "alone")
        try transcript.run("sequence-classifier evaluate alone")
        try Snapshot.check(transcript.text, "Messages/runs-of-sequences")
    }

    @Test func `screens of a classifier of sequences`() throws {
        let place = try SequencePlace()
        let transcript = Transcript(in: place.place.path)
        let small = "--hidden-size 2 --threads 1 --data small_TRAIN.ts"
        for call in [
            "\(small) --epochs 3 --validation 0.25 --ema 0.9 --early-stopping 2 --name first",
            "\(small) --epochs 2 --cell gru --readout mean --schedule cosine --clip-norm 1 --name second",
            "\(small) --epochs 50 --time-limit 0.000001s --name third",
            "--resume third --epochs 2 --allow-changes --threads 1", "runs", "runs show first",
            "runs compare first second", "evaluate first --split train --averaged",
            "predict small_TEST.ts --run second",
            "summary --data small_TRAIN.ts", "summary first", "report first",
        ] { try transcript.run("sequence-classifier " + call, isScreen: true) }
        try Snapshot.check(transcript.text, "Screens/sequence-classifier")
    }
}

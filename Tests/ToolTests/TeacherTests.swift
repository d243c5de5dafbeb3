import Foundation
import Testing

@Suite("--teacher", .timeLimit(.minutes(60))) struct TeacherTests {
    private static let options = ["--epochs", "2", "--augment", "shift"]

    /// Returns a workplace in which a model of another size was trained.
    private func taught() throws -> Workplace {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1", "--hidden-size", "20", "--name", "wide").exitCode == 0)
        return place
    }

    @Test func `a run is trained on the outputs of a teacher and keeps a copy of it`() throws {
        let place = try taught()
        let wide = place.runs + "/" + place.runNames[0]
        let outcome = try Tool.run(
            place.places + Self.options + ["--teacher", "latest", "--temperature", "4"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let path = try #require(try place.json("config.json", "options", "teacher") as? String)
        #expect(path.hasPrefix(wide + "/checkpoints/step-"))
        #expect(outcome.output.contains("distillation from \(path) (weight 0.5, temperature 4.0)"))
        #expect(!outcome.output.contains("Warning"))
        #expect(try place.bytes("teacher.safetensors") == Data(contentsOf: URL(filePath: path)))
        let weights = try place.bytes("checkpoints/last.safetensors")

        // The teacher is removed, but not its copy.
        try FileManager.default.removeItem(atPath: wide)
        let more = try place.run("--resume", "latest", "--epochs", "3", "--allow-changes")
        #expect(more.exitCode == 0, "\(more.errors)")
        #expect(try place.bytes("checkpoints/last.safetensors") != weights)
    }

    @Test func `a run that is stopped and resumed gives the same bytes`() throws {
        let place = try taught()
        let arguments = Self.options + ["--teacher", place.runs + "/" + place.runNames[0]]
        #expect(try Tool.run(place.places + arguments).exitCode == 0)
        let expected = try place.bytes("checkpoints/last.safetensors")
        let half = try Tool.run(place.places + arguments + ["--time-limit", "0.001s", "--threads", "2"])
        #expect(half.exitCode == 75, "\(half.errors)")
        #expect(try place.run("--resume", "latest").exitCode == 0)
        #expect(try place.bytes("checkpoints/last.safetensors") == expected)
        let plain = try Tool.run(place.places + Self.options)
        #expect(plain.exitCode == 0)
        #expect(try place.checkpoint().metadata["options"]?.contains("teacher") == false)
    }

    /// The names may mean other runs later.
    @Test func `a sweep has the paths of the teachers that it tries`() throws {
        let place = try Workplace()
        for name in ["first", "second"] {
            let outcome = try Tool.run(place.places + Self.options + ["--name", name])
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
        }
        let arguments = ["sweep", "plan", "--seeds", "0", "--validation", "40", "--name", "taught"]
        let outcome = try Tool.run(arguments + ["--set", "teacher=first,latest"] + place.places)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let plan = try String(contentsOfFile: place.runs + "/sweeps/taught/plan.json", encoding: .utf8)
        #expect(plan.components(separatedBy: "step-").count == 3 && !plan.contains("latest"), "\(plan)")
        let same = try Tool.run(arguments + ["--set", "teacher=second,latest"] + place.places)
        #expect(
            same.exitCode == 64 && same.errors.contains("--set teacher: \"second\" and \"latest\" are both "))
        let none = try Tool.run(arguments + ["--set", "teacher=first,none"] + place.places)
        #expect(none.exitCode == 66 && none.errors.contains("none"), "\(none.errors)")
    }

    @Test func `a teacher trained on validation images gives a warning`() throws {
        let place = try taught()
        let run = try place.run("--epochs", "1", "--validation", "50", "--teacher", "latest")
        #expect(run.exitCode == 0)
        #expect(
            run.output.contains("Warning: the teacher may have been trained on images of this validation set")
        )
        // There is no warning about a teacher that was trained on the same images as its student.
        let student = try place.run("--epochs", "1", "--validation", "50", "--teacher", "latest")
        #expect(student.exitCode == 0 && !student.output.contains("Warning"))
        let other = try place.run("--epochs", "1", "--validation", "50", "--seed", "1", "--teacher", "latest")
        #expect(other.output.contains("Warning: the teacher"))
    }

    @Test(arguments: [
        (["--teacher", "nowhere"], 66, "nowhere"),
        (["--teacher-weight", "0.5"], 64, "--teacher-weight has an effect only with --teacher"),
        (["--temperature", "3"], 64, "--temperature has an effect only with --teacher"),
        (
            ["--teacher", "latest", "--teacher-weight", "1.5"], 64,
            "--teacher-weight must be 0 to 1, not 1.5"
        ),
        (["--teacher", "latest", "--temperature", "0"], 64, "--temperature must be a positive number"),
    ])
    func `invalid options are refused`(arguments: [String], code: Int32, message: String) throws {
        let place = try Workplace()
        let outcome = try Tool.run(place.places + arguments)
        #expect(outcome.exitCode == code, "\(outcome.errors)")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(place.runNames.isEmpty)
    }

    @Test func `a teacher for images of another size is refused before a run is made`() throws {
        let (place, other) = (try taught(), try Workplace(SmallImages(rows: 12, columns: 10)))
        let outcome = try Tool.run(
            other.places + ["--dataset", "idx", "--teacher", place.runs + "/" + place.runNames[0]])
        #expect(outcome.exitCode == 64)
        #expect(
            outcome.errors.contains("expected a teacher for 12 × 10 numbers and "),
            "\(outcome.errors)")
        #expect(outcome.errors.contains("found one for 28 × 28 numbers and 10 classes"))
        #expect(other.runNames.isEmpty)
    }
}

import Foundation
import Testing

@Suite("The directory of the data", .timeLimit(.minutes(60))) struct DataPlaceTests {
    private static let small = ["--hidden-size", "4", "--layers", "1", "--epochs", "1"]

    /// Trains a run in a directory with the data in `data`; returns that directory and another one.
    private func trained() throws -> (place: Workplace, elsewhere: URL) {
        let place = try Workplace()
        let outcome = try Tool.run(
            Self.small + ["--data", "data", "--runs", "runs"], in: URL(filePath: place.path))
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        let elsewhere = URL(filePath: place.path).appending(path: "elsewhere")
        try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
        return (place, elsewhere)
    }

    @Test(arguments: [
        ["evaluate", "../runs/latest"], ["predict", "--index", "3", "--run", "../runs/latest"],
    ])
    func `a relative directory is found from another`(command: [String]) throws {
        let (place, elsewhere) = try trained()
        defer { withExtendedLifetime(place) {} }
        let outcome = try Tool.run(command, in: elsewhere)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        // The run's own data are used, even if other data have the same relative path.
        try SmallImages(train: 20, test: 2).write(to: elsewhere.path + "/data")
        let again = try Tool.run(command, in: elsewhere)
        #expect(again.exitCode == 0 && again.output == outcome.output, "\(again.errors)")
    }

    @Test
    func `a run is resumed from another directory`() throws {
        let (place, elsewhere) = try trained()
        let outcome = try Tool.run(
            ["--resume", "../runs/latest", "--epochs", "2", "--allow-changes"], in: elsewhere)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try place.state().epoch == 2)
        // The run is resumed once more, from the first directory.
        let back = try Tool.run(
            ["--resume", "latest", "--runs", "runs", "--epochs", "3", "--allow-changes"],
            in: URL(filePath: place.path))
        #expect(back.exitCode == 0, "\(back.errors)")
    }

    @Test
    func `data that were moved together with the run are found`() throws {
        let (place, elsewhere) = try trained()
        for name in ["data", "runs"] {
            try FileManager.default.moveItem(
                atPath: place.path + "/" + name, toPath: elsewhere.path + "/" + name)
        }
        let outcome = try Tool.run(["evaluate"], in: elsewhere)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }

    @Test(arguments: [[], ["augment", "--index", "7", "--out", "sheet.png"]])
    func `outside the package's directory, the error says where to run the tool`(command: [String]) throws {
        let place = try Workplace(nil)
        let outcome = try Tool.run(command, in: URL(filePath: place.path))
        #expect(outcome.exitCode == 66)
        #expect(
            outcome.errors.contains("run the tool in the package's directory, or give --data;\n"),
            "\(outcome.errors)")
        #expect(place.runNames.isEmpty)
    }

    @Test
    func `a web page or a Git LFS pointer in place of the data is named`() throws {
        let place = try Workplace()
        let images = place.data + "/train-images-idx3-ubyte"
        for (text, found) in [
            ("<!DOCTYPE html><title>Not found</title>", "found an HTML page; download the file itself"),
            (
                "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
                "found a Git LFS pointer; run"
            ),
        ] {
            try Data(text.utf8).write(to: URL(filePath: images))
            let outcome = try place.run("--epochs", "1")
            #expect(outcome.exitCode == 65)
            #expect(
                outcome.errors.contains("\(images): not the file itself at byte 0: "), "\(outcome.errors)")
            #expect(outcome.errors.contains(found), "\(outcome.errors)")
            #expect(place.runNames.isEmpty)
        }
    }
}

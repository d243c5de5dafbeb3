import Foundation
import Testing

/// The manual pages, which are made from the tools' own descriptions of their options.
@Suite("Manual pages", .timeLimit(.minutes(60))) struct ManualPageTests {
    static let programs = ["mnist-bilstm", "sequence-classifier", "stock-forecast", "runs-page"]

    /// Returns the pages of a program by the name of the command.
    private func pages(of program: String, in place: Workplace) throws -> [String: String] {
        let description = try Tool.run(
            ["--experimental-dump-help"], program: Tool.products.appending(path: program).path)
        let generator = Process()
        let input = Pipe()
        generator.executableURL = Tool.products.appending(path: "manual-pages")
        generator.arguments = [place.path, "2026-01-31", "1.2.3"]
        generator.standardInput = input
        try generator.run()
        try input.fileHandleForWriting.write(contentsOf: Data(description.output.utf8))
        try input.fileHandleForWriting.close()
        generator.waitUntilExit()
        #expect(generator.terminationStatus == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: place.path)
            .filter { $0.hasSuffix(".1") }
        return try Dictionary(
            uniqueKeysWithValues: names.map { name in
                (
                    String(name.dropLast(2)),
                    try String(contentsOfFile: "\(place.path)/\(name)", encoding: .utf8)
                )
            })
    }

    @Test func `each command has a page`() throws {
        let names = try pages(of: "stock-forecast", in: Workplace(nil)).keys.sorted()
        #expect(
            names
                == ["", "-export", "-predict", "-report", "-summary", "-train", "-verify"].map {
                    "stock-forecast\($0)"
                })
        let sequences = try pages(of: "sequence-classifier", in: Workplace(nil)).keys.sorted()
        #expect(
            sequences
                == [
                    "", "-evaluate", "-export", "-predict", "-report", "-runs", "-runs-at", "-runs-compare",
                    "-runs-diverge",
                    "-runs-export", "-runs-list",
                    "-runs-show", "-sample", "-summary", "-sweep", "-sweep-plan", "-sweep-report",
                    "-sweep-run",
                    "-sweep-start", "-train", "-verify",
                ].map { "sequence-classifier\($0)" })
        let others = try pages(of: "mnist-bilstm", in: Workplace(nil))
        for command in ["", "-train", "-runs", "-runs-show", "-sweep-run", "-datasets-fetch"] {
            #expect(others["mnist-bilstm\(command)"] != nil, "mnist-bilstm\(command)")
        }
        #expect(others["mnist-bilstm-help"] == nil)
    }

    @Test func `a page has the content of the help text`() throws {
        let page = try #require(
            try pages(of: "mnist-bilstm", in: Workplace(nil))["mnist-bilstm-sweep-run"])
        let lines = page.split(separator: "\n").map(String.init)
        #expect(
            lines[0]
                == #".TH "MNIST\-BILSTM\-SWEEP\-RUN" 1 2026-01-31 "recurrent\-networks 1.2.3" "User Commands""#
        )
        // An example is a separate line, each exit code is an item, and a required option is in the synopsis.
        #expect(lines.contains(#"mnist\-bilstm sweep run cells \-\-index 7"#))
        #expect(page.contains(".TP\n\\fB73\\fR\nentry in use by another process\n"))
        #expect(
            page.contains(
                #"\fBmnist\-bilstm sweep run\fR \fB\-\-index\fR\ \fIindex\fR [\fIoption\fR\ ...] \fIsweep\fR"#
            ))
        // The help text hides this option, and so does the page.
        #expect(!page.contains("while"))
    }

    @Test(
        .enabled(if: Shell.path(of: "groff") != nil, "there is no groff here"), arguments: programs)
    func `groff shows the pages without a warning`(program: String) throws {
        let place = try Workplace(nil)
        for (name, _) in try pages(of: program, in: place) {
            let shown = try Tool.run(
                ["-ww", "-man", "-Tutf8", "\(place.path)/\(name).1"],
                program: try #require(Shell.path(of: "groff")))
            #expect(shown.exitCode == 0)
            #expect(shown.errors.isEmpty, "\(name): \(shown.errors)")
            #expect(!shown.output.isEmpty)
        }
    }

    @Test(
        .enabled(if: Shell.path(of: "mandoc") != nil, "there is no mandoc here"), arguments: programs)
    func `mandoc gives no warning`(program: String) throws {
        let place = try Workplace(nil)
        for (name, _) in try pages(of: program, in: place) {
            let outcome = try Tool.run(
                ["-Tlint", "-Wwarning", "\(place.path)/\(name).1"],
                program: try #require(Shell.path(of: "mandoc")))
            #expect(outcome.output + outcome.errors == "", "\(name)")
        }
    }
}

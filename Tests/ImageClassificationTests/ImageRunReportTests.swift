import Console
import Foundation
import Pictures
import Platform
import RunSamples
import TestSupport
import Testing

@testable import ImageClassification
@testable import Runs

@Suite struct ImageRunReportTests {
    private func page(_ sample: SampleRun) throws -> ReadElement {
        try readXML(ImageRunReport(run: sample.run).html)
    }

    /// Returns all text of an element, its parts separated by spaces.
    private func text(_ element: ReadElement) -> String {
        element.all.map(\.text).joined(separator: " ").split { $0 == " " || $0 == "\n" }.joined(
            separator: " ")
    }

    private func rows(_ page: ReadElement, _ title: String) throws -> [[String]] {
        let box = try #require(page.all("div").first { $0.attributes["aria-label"] == title })
        return box.all("tr").map { $0.children.map(\.text) }
    }

    @Test func `the report of a finished run has every section`() throws {
        let page = try page(SampleRun.finished())
        #expect(
            page.all("h2").map(\.text) == [
                "Curves", "Confusion matrix", "Classes", "Worst errors", "Configuration", "Model",
                "Environment",
                "How to reproduce",
            ])
        #expect(page.all("h1").map(\.text) == [SampleRun.name])
        #expect(page.all.filter { $0.name.hasPrefix("h") && $0.name.count == 2 }.first?.name == "h1")
        #expect(page.attributes["lang"] == "en")
        for table in page.all("table") {
            #expect(
                try #require(table.children.first).all("th").allSatisfy { $0.attributes["scope"] == "col" })
            for row in table.children.dropFirst().flatMap({ $0.all("tr") }) {
                #expect(row.children[0].name == "th" && row.children[0].attributes["scope"] == "row")
            }
        }
        #expect(page.all("svg").count == 2)
        #expect(
            page.all("svg").allSatisfy { $0.attributes["role"] == "img" && $0.children[0].name == "title" })
    }

    @Test func `the numbers are the files' numbers`() throws {
        let page = try page(SampleRun.finished())
        let header = text(try #require(page.all("header").first))
        for expected in [
            "finished 5 of 5 epochs · started 2026-01-31 23:59:59 UTC", "87.50 ± 8.27\u{A0}% test accuracy",
            "16 images", "Test loss 0.4321", "Train accuracy 93.25\u{A0}%", "Evaluated weights after epoch 3",
            "Best epoch 3, loss 0.2000", "Training time 6.0\u{A0}s", "Images/s 12,346",
        ] {
            #expect(header.contains(expected), "\(expected) in \(header)")
        }
        #expect(
            try rows(page, "Classes") == [
                ["Class", "Images", "Precision %", "Recall %", "F1 %"],
                ["zero", "6", "83.33", "83.33", "83.33"],
                ["one", "5", "83.33", "100.00", "90.91"], ["8", "5", "100.00", "80.00", "88.89"],
                ["mean", "16", "88.89", "87.78", "87.71"],
            ])
        #expect(
            try rows(page, "Options that differ from the defaults") == [
                ["Option", "Value"], ["--epochs", "5"],
            ])
        #expect(try rows(page, "Environment").contains(["Processor", "A processor"]))
        let model = try rows(page, "Model")
        #expect(model.first == ["Layer", "Output shape", "Parameters"])
        #expect(model.last?[1] == "input (N, 5, 4)")
        let curves = text(try #require(page.all("svg").first))
        #expect(curves.contains("best epoch 3"))
        let commands = page.all("pre").map { text($0) }
        #expect(
            commands[0].hasSuffix(
                "git checkout 0123456789abcdef swift run -c release mnist-bilstm --epochs 5"))
    }

    @Test func `the mistakes are the images they name`() throws {
        let page = try page(SampleRun.finished())
        let images = page.all("img")
        #expect(
            images.map { $0.attributes["alt"] } == [
                "test image 14: an\u{A0}8 predicted as a\u{A0}zero, 98.7\u{A0}%",
                "test image 3: a\u{A0}zero predicted as an\u{A0}one, 50.0\u{A0}%",
            ])
        for (image, index) in zip(images, [14, 3]) {
            let source = try #require(image.attributes["src"])
            try #require(source.hasPrefix("data:image/png;base64,"))
            let data = try #require(Data(base64Encoded: String(source.dropFirst(22))))
            let bitmap = try Bitmap(png: Array(data), path: "mistake")
            #expect(bitmap.format == .grey && bitmap.width == 4 && bitmap.height == 5)
            #expect(bitmap.samples == SampleRun.images[index].pixels)
        }
        #expect(text(page).contains("2 of 2 errors"))
        #expect(text(page).contains("8 → zero 98.7\u{A0}% image 14"))
    }

    @Test func `a sheet with other mistakes is not shown`() throws {
        let sample = try SampleRun.finished()
        for bitmap in [
            Bitmap(width: 101, height: 40, format: .grey, samples: [UInt8](repeating: 0, count: 4040)),
            ImageSheet().draw([UInt8](repeating: 0, count: 60), rows: 5, columns: 4),
        ] {
            try AtomicFile.write(bitmap.png(), to: sample.run.mistakes)
            let page = try page(sample)
            #expect(page.all("img").isEmpty)
            #expect(text(page).contains("expected images of 2 errors"))
        }
        try Data("no PNG".utf8).write(to: URL(filePath: sample.run.mistakes))
        #expect(try page(sample).all("h2")[0].text == "Files that cannot be read")
        try FileManager.default.removeItem(atPath: sample.run.mistakes)
        let page = try page(sample)
        #expect(page.all("img").isEmpty && page.all("li").count == 2)
        #expect(page.all("h2")[0].text == "Curves")
    }

    @Test func `the sheet is cut at the pictures' borders`() throws {
        for count in [1, 2, 7, 8, 9, 16] {
            let pixels = (0..<count * 6).map { UInt8($0) }
            let sheet = ImageSheet().draw(pixels, rows: 2, columns: 3)
            let pictures = try #require(MistakeSheet.pictures(on: sheet, count: count))
            #expect(pictures.flatMap(\.samples) == pixels)
            #expect(MistakeSheet.pictures(on: sheet, count: count + 8) == nil)
        }
        #expect(MistakeSheet.pictures(on: ImageSheet().draw([], rows: 2, columns: 3), count: 0) == nil)
    }

    @Test(arguments: hostileTexts)
    func `content of files is escaped`(hostile: String) throws {
        let sample = try SampleRun.finished(
            "20260131-235959-\(hostile.replacing("/", with: "∕").replacing("\0", with: ""))")
        try sample.addEvaluation(classes: [hostile, "one", "two"])
        try sample.write(
            [
                "options": ["data": hostile, "cell": [hostile], hostile: hostile],
                "command_line": [hostile, "--name", hostile], "instruction_set": hostile,
                "environment": ["processor": hostile, "git_commit": hostile, "time": hostile],
            ], to: sample.run.configuration)
        var summary = SampleRun.summary(.stopped)
        summary.reason = hostile
        summary.started = hostile
        try summary.write(to: sample.run)
        let html = ImageRunReport(run: sample.run).html
        let page = try readXML(html)
        // There are as many elements and attributes as with a harmless text, so nothing was interpreted as markup.
        #expect(page.all("script").isEmpty)
        #expect(page.all("img").count == 2)
        #expect(page.all.allSatisfy { !$0.attributes.keys.contains { $0.hasPrefix("on") } })
        let shown = hostile.replacing(/[\u{0}\u{1}]/, with: "\u{FFFD}")
            .replacing("\u{202E}", with: "\\u{202E}")
        #expect(text(page).contains(shown.split(separator: " ").joined(separator: " ")))
        #expect(try rows(page, "Environment").contains(["Processor", shown]))
        for name in ["<script", "<img src=x", "<!--", "]]>"] {
            #expect(!html.dropFirst("<!DOCTYPE".count).contains(name), "\(name)")
        }
        try expectNothingLoaded(page)
    }

    @Test func `nothing is loaded from elsewhere`() throws {
        try expectNothingLoaded(page(SampleRun.finished()))
    }

    private func expectNothingLoaded(_ page: ReadElement) throws {
        let names = [
            "src", "href", "xlink:href", "srcset", "data", "action", "poster", "background", "style",
        ]
        for element in page.all {
            #expect(!["link", "iframe", "object", "embed", "base", "form", "script"].contains(element.name))
            for name in names {
                if let value = element.attributes[name] { #expect(value.hasPrefix("data:image/png;base64,")) }
            }
            if element.name == "style" {
                #expect(!element.text.contains("url(") && !element.text.contains("@import"))
            }
        }
        let policy = page.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
        #expect(policy?.attributes["content"]?.hasPrefix("default-src 'none';") == true)
    }

    /// A run in each of its stages, and one in which no file can be read.
    @Test func `every stage has a report`() throws {
        let empty = try SampleRun()
        #expect(try page(empty).all("h2").map(\.text) == ["Curves"])
        try empty.configure { _ in }
        try SampleRun.summary(.running).write(to: empty.run)
        #expect(text(try page(empty)).contains("No epoch was completed."))
        try empty.addMetrics(String(SampleRun.metrics.dropLast(20)))
        let running = try withExtendedLifetime(RunDirectory.Lock(empty.run)) { try page(empty) }
        let shown = text(running)
        #expect(
            shown.contains("running 4 of 50 epochs") && shown.contains("Not evaluated on the test set yet."))
        #expect(!shown.contains("--resume"))
        #expect(text(try page(empty)).contains("--resume \(SampleRun.name)"))
        for name in ["config.json", "summary.json", "metrics.csv", "evaluation.json", "mistakes.png"] {
            try Data("{]".utf8).write(to: URL(filePath: empty.run.path + "/" + name))
        }
        #expect(try page(empty).all(class: "badge").map(\.text) == ["damaged"])
    }

    @Test func `files are replaced and the bytes are reproducible`() throws {
        let sample = try SampleRun.finished()
        let paths = [sample.run.curves, sample.run.confusion, sample.run.report]
        for path in paths { try Data("old".utf8).write(to: URL(filePath: path)) }
        try ImageRunReport(run: sample.run).write()
        let first = try paths.map { try Data(contentsOf: URL(filePath: $0)) }
        for (path, bytes) in zip(paths, first) where path.hasSuffix(".svg") {
            #expect(try readXML(String(decoding: bytes, as: UTF8.self)).name == "svg")
        }
        try RunCurves.write(of: sample.run)
        #expect(try Data(contentsOf: URL(filePath: sample.run.curves)) == first[0])
        try ImageRunReport(run: sample.run).write()
        #expect(try paths.map { try Data(contentsOf: URL(filePath: $0)) } == first)
    }

    @Test func `a picture that cannot be written is only counted`() throws {
        let sample = try SampleRun()
        let pipe = TestPipe()
        let recorder = try RunRecorder(
            RunDirectory.Lock(sample.run), metrics: [.crossEntropy, .accuracy],
            program: Program.mnistBiLSTM.name,
            console: Console(terminal: Terminal(descriptor: pipe.descriptor, isInteractive: false)))
        try FileManager.default.createDirectory(atPath: sample.run.report, withIntermediateDirectories: false)
        for _ in 1...2 { recorder.draw { run throws(FileError) in try ImageRunReport(run: run).write() } }
        #expect(recorder.failureCount == 2)
        let said = try pipe.content()
        #expect(said.split(separator: "\n").count == 1)
        #expect(said.contains("report.html") && said.contains("mnist-bilstm report \(SampleRun.name)"))
    }
}

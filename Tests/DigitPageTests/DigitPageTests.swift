import Foundation
import ImageClassification
import NeuralNetworks
import Platform
import RunSamples
import Runs
import TestSupport
import Testing
import TrainingSamples

@testable import DigitPage

/// The file without a browser: weights, policy, escaping, texts.
@Suite("The page that draws") struct DigitPageTests {
    private static let network = SequenceModel(
        RecurrentStack(.lstm, inputSize: 4, hiddenSize: 3, numLayers: 2, bidirectional: true),
        sequenceLength: 5, classCount: 3)

    private func page(
        classNames: [String] = ["zero", "one", "8"], name: String = "run", parameters: [Float]? = nil
    ) -> DigitPage {
        var page = DigitPage(
            network: Self.network,
            parameters: parameters ?? Self.network.initialParameters(seed: 5).elements,
            preparation: .mnist(rows: 5, columns: 4), classNames: classNames, name: name)
        page.mistakes = (0..<2).map { index in
            DigitPage.Mistake(
                index: 7 + index, label: 0, predicted: 2, probability: 0.75,
                pixels: noise(20, seed: UInt64(index)))
        }
        return page
    }

    /// Returns the texts of the elements of a name, as a browser sees them.
    private func contents(of element: String, in html: String) -> [String] {
        html.split(separator: "<\(element)", omittingEmptySubsequences: false).dropFirst().map { part in
            let content = part[part.index(after: part.firstIndex(of: ">")!)...]
            return String(content.split(separator: "</\(element)>", omittingEmptySubsequences: false)[0])
        }
    }

    /// The objects of the page's two elements with JSON: texts and data.
    private func objects(in html: String) throws -> [[String: Any]] {
        try contents(of: "script", in: html).prefix(2).map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test func `weights and errors in the page have the model's bits`() throws {
        var parameters = Self.network.initialParameters(seed: 5).elements
        parameters.replaceSubrange(0..<4, with: [-0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1])
        let page = page(parameters: parameters)
        let data = try objects(in: page.html)[1]
        let bytes = try #require(Data(base64Encoded: data["weights"] as? String ?? ""))
        let words = stride(from: 0, to: bytes.count, by: 4).map { start in
            (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
        }
        #expect(words == parameters.map(\.bitPattern))
        let places = try #require(data["parameters"] as? [[String: Any]])
        #expect(places.map { $0["name"] as? String } == Self.network.layout.parameters.map(\.name))
        #expect(places.map { $0["offset"] as? Int } == Self.network.layout.parameters.map(\.range.lowerBound))
        #expect(places.map { $0["count"] as? Int } == Self.network.layout.parameters.map(\.range.count))
        let pixels = try #require(Data(base64Encoded: data["mistake_pixels"] as? String ?? ""))
        #expect(Array(pixels) == page.mistakes.flatMap(\.pixels))
    }

    @Test func `the policy allows the page's own script and styles and nothing else`() throws {
        let html = try page().html
        let line = try #require(html.split(separator: "\n").first { $0.contains("Content-Security-Policy") })
        func source(_ text: String) throws -> String {
            let digest = try #require(self.digest(text))
            return "'sha256-\(Data(digest).base64EncodedString())'"
        }
        let script = try source(contents(of: "script", in: html)[2])
        let styles = try contents(of: "style", in: html).map(source).joined(separator: " ")
        #expect(
            line == """
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; script-src \
                \(script); style-src \(styles); base-uri 'none'; form-action 'none'">
                """)
    }

    private func digest(_ text: String) -> [UInt8]? {
        var digest = SHA256()
        digest.update(Array(text.utf8))
        return digest.digest
    }

    @Test func `the page refers to nothing outside of it`() throws {
        let html = try page().html
        for text in [
            "http:", "https:", "//www", "url(", "@import", " src=", "fetch(", "XMLHttpRequest",
            "localStorage",
        ] {
            #expect(!html.contains(text), "\(text)")
        }
        #expect(html.ranges(of: " href=").count == html.ranges(of: " href=\"data:,\"").count)
        #expect(!html.contains(" style="), "the policy forbids attributes of style")
        #expect(!html.contains("innerHTML") && !html.contains("eval("))
    }

    @Test(
        arguments: hostileTexts + [
            "{{data}}", "</script><img src=x onerror=alert(1)>", "\u{D4E}<!--\u{D4E}<script>",
        ])
    func `names stay text`(_ name: String) throws {
        let ordinary = try page().html
        let html = try page(classNames: [name, "one", "8"], name: name).html
        for element in ["<script", "</script", "<style", "<img", "<!--", "</title"] {
            // Scalars are counted, since a browser does not read `Character`s.
            func count(_ page: String) -> Int {
                Array(page.unicodeScalars).ranges(of: Array(element.unicodeScalars)).count
            }
            #expect(count(html) == count(ordinary), "\(element)")
        }
        let data = try objects(in: html)[1]
        #expect(data["name"] as? String == name.printableLine)
        let model = try #require(data["model"] as? [String: Any])
        #expect(model["classes"] as? [String] == [name.printableLine, "one", "8"])
    }

    @Test func `every text is in both languages, and the page uses every text`() throws {
        let html = try page().html
        let languages = try objects(in: html)[0]
        let english = try #require(languages["en"] as? [String: String])
        let korean = try #require(languages["ko"] as? [String: String])
        #expect(Set(english.keys) == Set(korean.keys))
        let placeholder = try Regex(#"\{\w+\}"#)
        for (key, text) in english {
            func places(_ text: String) -> Set<String> {
                Set(text.matches(of: placeholder).map { String(text[$0.range]) })
            }
            #expect(places(text) == places(korean[key] ?? ""), "\(key)")
            #expect(korean[key] != text, "\(key)")
            let stem = ["Digit", "Letter", "Picture"].reduce(key) {
                $1.isEmpty || !$0.hasSuffix($1) ? $0 : String($0.dropLast($1.count))
            }
            let uses = ["\"\(key)\"", "data-text=\"\(key)\"", "data-text=\"\(stem)*\"", "`\(stem)${"]
            #expect(uses.contains { html.contains($0) }, "\(key) is not used")
        }
        let used = try contents(of: "main", in: html)[0].matches(
            of: Regex(#"data-text="(\w+)""#, as: (Substring, Substring).self))
        #expect(used.count > 10)
        for match in used { #expect(english[String(match.output.1)] != nil, "\(match.output.1)") }
    }

    @Test func `the body and the names of the data are as reviewed`() throws {
        let html = try page().html
        let body = html[
            try #require(html.range(of: "<body>"))
                .lowerBound..<(try #require(html.range(of: "<script"))).lowerBound]
        let data = try objects(in: html)[1]
        let names = data.keys.sorted().map { key in
            key + ((data[key] as? [String: Any]).map { ": " + $0.keys.sorted().joined(separator: " ") } ?? "")
        }
        try Snapshot.check("\(body)\n\(names.joined(separator: "\n"))\n", "Pages/digit-page")
    }

    @Test func `a run's page has its weights, errors, accuracy and language`() throws {
        let recorded = try RecordedRun()
        try recorded.train()
        let model = try ImageModel(recorded.run.path, root: recorded.directory.path)
        let evaluation = """
            {"split": "test", "classes": ["0", "1", "2", "3"], "loss": 0.5, "confusion": [[5, 1, 0, 0], [0, 5, 0, 0], \
            [0, 0, 5, 0], [0, 0, 0, 4]], "mistakes": [{"index": 14, "label": 0, "predicted": 1, "probability": 0.875, \
            "probability_of_label": 0.001}]}
            """
        try Data(evaluation.utf8).write(to: URL(filePath: recorded.run.evaluation))
        let unscored = try DigitPage(model)
        #expect(unscored.accuracy == nil && unscored.mistakes.isEmpty)
        var summary = try RunSummary.read(recorded.run)
        summary.scoredEpoch = model.checkpoint.state.epoch - 1
        try summary.write(to: recorded.run)
        let sheet = MistakeSheet.draw(try JSON.read(from: recorded.run.evaluation), from: noiseImages(20))
        try AtomicFile.write(sheet.png(), to: recorded.run.mistakes)
        let page = try DigitPage(model, language: .korean)
        #expect(page.parameters == model.checkpoint.parameters)
        #expect(page.accuracy?.count == 20 && page.accuracy?.share == 0.95)
        #expect(page.mistakes.map(\.index) == [14] && page.mistakes[0].predicted == 1)
        #expect(page.mistakes[0].pixels == noiseImages(20)[14].pixels)
        let html = try page.html
        #expect(html.contains("<html lang=\"ko\">"))
    }

    @Test func `many large errors do not make the page large`() throws {
        var page = page()
        let network = SequenceModel(
            RecurrentStack(.gru, inputSize: 300, hiddenSize: 1), sequenceLength: 200, classCount: 3)
        page = DigitPage(
            network: network, parameters: network.initialParameters(seed: 0).elements,
            preparation: .mnist(rows: 200, columns: 300), classNames: ["0", "1", "2"], name: "large")
        page.mistakes = (0..<48).map {
            DigitPage.Mistake(
                index: $0, label: 0, predicted: 1, probability: 0.5, pixels: noise(60_000))
        }
        let data = try objects(in: page.html)[1]
        #expect((data["mistakes"] as? [Any])?.count == 3)
    }
}

import Foundation
import TestSupport
import Testing

/// A page in English and its Korean translation, by their paths in the repository.
struct Translation: CustomTestStringConvertible {
    let english: String
    let korean: String

    /// All translated pages. A new translation is one more line.
    static let all = [
        Translation("README.md", "README.ko.md"),
        Translation(
            "Sources/NeuralNetworks/NeuralNetworks.docc/FromTheTutorials.md",
            "Sources/NeuralNetworks/NeuralNetworks.docc/FromTheTutorials-ko.md"),
        Translation(
            "Sources/Training/Training.docc/ForecastingStockPrices.md",
            "Sources/Training/Training.docc/ForecastingStockPrices-ko.md"),
        Translation(
            "Sources/Training/Training.docc/YourOwnSequences.md",
            "Sources/Training/Training.docc/YourOwnSequences-ko.md"),
        Translation(
            "Sources/mnist-bilstm/Guide.docc/ClassifyingSequences.md",
            "Sources/mnist-bilstm/Guide.docc/ClassifyingSequences-ko.md"),
        Translation(
            "Sources/mnist-bilstm/Guide.docc/WritingText.md",
            "Sources/mnist-bilstm/Guide.docc/WritingText-ko.md"),
        Translation(
            "Sources/mnist-bilstm/Guide.docc/ModelsThatTravel.md",
            "Sources/mnist-bilstm/Guide.docc/ModelsThatTravel-ko.md"),
        Translation(
            "Sources/mnist-bilstm/Guide.docc/ImportingModels.md",
            "Sources/mnist-bilstm/Guide.docc/ImportingModels-ko.md"),
        Translation(
            "Sources/mnist-bilstm/Guide.docc/DrawingPage.md",
            "Sources/mnist-bilstm/Guide.docc/DrawingPage-ko.md"),
        Translation("Sources/mnist-bilstm/Guide.docc/Page.md", "Sources/mnist-bilstm/Guide.docc/Page-ko.md"),
        Translation(
            "Sources/mnist-bilstm/Guide.docc/Installing.md",
            "Sources/mnist-bilstm/Guide.docc/Installing-ko.md"),
        Translation(
            "Sources/mnist-bilstm/Guide.docc/Sweeps.md", "Sources/mnist-bilstm/Guide.docc/Sweeps-ko.md"),
        Translation(
            "Sources/mnist-bilstm/Guide.docc/Receipts.md", "Sources/mnist-bilstm/Guide.docc/Receipts-ko.md"),
        Translation(
            "Sources/mnist-bilstm/Guide.docc/ManyMachines.md",
            "Sources/mnist-bilstm/Guide.docc/ManyMachines-ko.md"),
    ]

    init(_ english: String, _ korean: String) {
        (self.english, self.korean) = (english, korean)
    }

    var testDescription: String { english }

    /// Returns the translation of a page, or the page that a translation was made from.
    static func twin(of page: String) -> String? {
        for pair in all {
            if page == pair.english { return pair.korean }
            if page == pair.korean { return pair.english }
        }
        return nil
    }

    /// Returns the path of a page of a DocC catalogue that `<doc:NAME>` links to, if the page is translated.
    static func page(named name: String) -> String? {
        all.flatMap { [$0.english, $0.korean] }.first { path in
            path.contains(".docc/") && (path as NSString).lastPathComponent == name + ".md"
        }
    }
}

/// The parts of a page that a translation must not change.
struct TranslatedPage {
    /// A heading and what follows until the next one.
    struct Section {
        let level: Int
        let heading: String
        /// The lines outside of blocks of code, the heading included.
        var prose: [String]
    }

    let path: String
    /// The text before the first heading is a section of level 0.
    private(set) var sections = [Section(level: 0, heading: "", prose: [])]
    /// The blocks of code with their fences and indentation.
    private(set) var blocks: [String] = []

    init(_ path: String) throws {
        self.path = path
        var block: [String]?
        for line in try String(contentsOfFile: Repository.path(path), encoding: .utf8)
            .components(separatedBy: "\n")
        {
            let isFence = line.trimmingCharacters(in: .whitespaces).hasPrefix("```")
            if let lines = block {
                block = lines + [line]
                if isFence {
                    blocks.append((lines + [line]).joined(separator: "\n"))
                    block = nil
                }
            } else if isFence {
                block = [line]
            } else if let heading = line.wholeMatch(of: /(#+) (.+)/) {
                sections.append(
                    Section(level: heading.1.count, heading: String(heading.2), prose: [line]))
            } else {
                sections[sections.count - 1].prose.append(line)
            }
        }
        try #require(block == nil, "\(path): a block of code has no end")
    }

    /// Returns the tables of a section, each as the number of cells in its rows.
    func tables(in section: Section) -> [[Int]] {
        section.prose.split { !$0.hasPrefix("|") }.map { rows in
            // A bar is at both ends of a row.
            rows.map { $0.components(separatedBy: "|").count - 2 }
        }
    }

    /// Returns the figures in the prose of a section that have three characters or more: 431, 98.7, 14,410.
    func figures(in section: Section) -> Set<String> {
        let text = section.prose.joined(separator: "\n")
            .replacing(/``?[^`]+``?/, with: "").replacing(/\]\([^)]+\)/, with: "]")
            .replacing(/<doc:[^>]+>/, with: "")
        return Set(text.matches(of: /\d+(?:[.,]\d+)*/).map { String($0.output) }.filter { $0.count > 2 })
    }

    /// Returns the text between single backticks in a section: options, commands, names of files and of declarations.
    func code(in section: Section) -> Set<String> {
        let text = section.prose.joined(separator: "\n").replacing(/``[^`]+``/, with: "")
        return Set(text.matches(of: /`([^`]+)`/).map { String($0.1) })
    }

    /// Returns the targets of links and pictures in a section, and the symbols between double backticks, sorted.
    /// `path` maps the path of a linked page.
    func links(in section: Section, path map: (String) -> String = { $0 }) throws -> [String] {
        let text = section.prose.joined(separator: "\n")
        let paths = try text.matches(of: /(!?)\[[^\]]*\]\(([^)\s]+)\)/).map { match in
            let target = String(match.2)
            if !match.1.isEmpty || target.contains(":") { return target }
            let parts = target.components(separatedBy: "#")
            let directory = URL(fileURLWithPath: "/" + path).deletingLastPathComponent()
            let linked =
                parts[0].isEmpty
                ? path : String(directory.appending(path: parts[0]).standardized.path.dropFirst())
            return try map(linked) + anchor(parts, in: linked)
        }
        let pages = try text.matches(of: /<doc:([^>]+)>/).map { match in
            let parts = String(match.1).components(separatedBy: "#")
            guard let linked = Translation.page(named: parts[0]) else { return String(match.1) }
            return try map(linked) + anchor(parts, in: linked)
        }
        return (paths + pages + text.matches(of: /``([^`]+)``/).map { String($0.output.0) }).sorted()
    }

    /// Returns the number of the heading that a link's anchor names, because the headings of a translation are its own.
    private func anchor(_ parts: [String], in page: String) throws -> String {
        guard parts.count == 2 else { return "" }
        guard Translation.twin(of: page) != nil else { return "#" + parts[1] }
        let sections = try page == path ? sections : TranslatedPage(page).sections
        let index = sections.firstIndex { $0.heading.replacing(" ", with: "-") == parts[1] }
        return "#\(try #require(index, "\(path): \(page) has no heading \(parts[1])"))"
    }
}

@Suite("The Korean pages")
struct TranslationTests {
    @Test func `every Korean page is in the list, and in the list of pages that other tests read`() throws {
        let korean = Translation.all.map(\.korean)
        #expect(Set(korean) == Set(ReadmeTests.pages.filter { $0.hasSuffix("ko.md") }))
        let files = try DocumentationPage.files().map {
            String($0.path.dropFirst(Repository.url.path.count + 1))
        }
        for page in korean { #expect(files.contains(page)) }
    }

    @Test(arguments: Translation.all)
    func `blocks of code are the same, byte for byte`(_ pair: Translation) throws {
        let (english, korean) = try pages(pair)
        #expect(!english.blocks.isEmpty)
        #expect(english.blocks.count == korean.blocks.count, "\(pair.korean): number of blocks")
        for (number, (block, twin)) in zip(english.blocks, korean.blocks).enumerated() {
            #expect(block == twin, "\(pair.korean): block \(number + 1)")
        }
    }

    @Test(arguments: Translation.all)
    func `headings have the same order, levels and names`(_ pair: Translation) throws {
        let (english, korean) = try pages(pair)
        #expect(
            english.sections.map(\.level) == korean.sections.map(\.level),
            "\(pair.korean): levels of headings")
        for (section, twin) in zip(english.sections, korean.sections) {
            let (words, twins) = (words(of: section.heading), words(of: twin.heading))
            let names = words.enumerated().filter { isName($0.element, isFirst: $0.offset == 0) }.map(
                \.element)
            #expect(
                Set(twins).isSuperset(of: names) && Set(words).isSuperset(of: twins),
                "\(pair.korean): \"\(twin.heading)\" for \"\(section.heading)\"")
        }
    }

    @Test(arguments: Translation.all)
    func `tables have the same number of rows and columns`(_ pair: Translation) throws {
        let (english, korean) = try pages(pair)
        for (section, twin) in zip(english.sections, korean.sections) {
            #expect(english.tables(in: section) == korean.tables(in: twin), "\(pair.korean): \(twin.heading)")
        }
    }

    @Test(arguments: Translation.all)
    func `links lead to the same pages, pictures and symbols, or to translations`(_ pair: Translation) throws
    {
        let (english, korean) = try pages(pair)
        for (section, twin) in zip(english.sections, korean.sections) {
            let expected = try english.links(in: section) { Translation.twin(of: $0) ?? $0 }
            #expect(try korean.links(in: twin) == expected, "\(pair.korean): \(twin.heading)")
        }
        let links = try english.sections.flatMap { try english.links(in: $0) }
        #expect(links.contains(pair.korean), "\(pair.english): no link to \(pair.korean)")
    }

    @Test(arguments: Translation.all)
    func `each section has the same inline code and figures`(_ pair: Translation) throws {
        let (english, korean) = try pages(pair)
        for (section, twin) in zip(english.sections, korean.sections) {
            let code = english.code(in: section).symmetricDifference(korean.code(in: twin))
            let figures = english.figures(in: section).symmetricDifference(korean.figures(in: twin))
            #expect(code.isEmpty, "\(pair.korean): \(twin.heading)")
            #expect(figures.isEmpty, "\(pair.korean): \(twin.heading)")
        }
    }

    private func pages(_ pair: Translation) throws -> (english: TranslatedPage, korean: TranslatedPage) {
        (try TranslatedPage(pair.english), try TranslatedPage(pair.korean))
    }

    /// Returns the words of a heading in Latin letters.
    private func words(of heading: String) -> [String] {
        heading.matches(of: /[A-Za-z][A-Za-z0-9._-]*/).map { String($0.output) }
    }

    /// Returns whether a word of an English heading is a name, such as LSTM or NumPy, which a translation keeps: it has
    /// a dot, an underscore or a capital inside, or a capital at its start within the heading.
    private func isName(_ word: String, isFirst: Bool) -> Bool {
        word.contains { "._".contains($0) } || word.dropFirst(isFirst ? 1 : 0).contains(where: \.isUppercase)
    }
}

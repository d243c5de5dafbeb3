import Foundation
import TestSupport
import Testing

/// A page of the documentation: its blocks of code, and the output that it promises for them.
struct DocumentationPage {
    struct Block {
        /// The heading above it; empty before the first one.
        let section: String
        let language: String
        var lines: [String] = []
    }

    var blocks: [Block] = []

    init(_ name: String) throws {
        let file = try #require(Self.files().first { $0.lastPathComponent == name + ".md" })
        var section = ""
        var open: Block?
        for line in try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n") {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("```") {
                if let block = open {
                    blocks.append(block)
                    open = nil
                } else {
                    open = Block(section: section, language: String(line.dropFirst(3)))
                }
            } else if open != nil {
                open?.lines.append(line)
            } else if line.hasPrefix("#"), !line.hasPrefix("# ") {
                section = String(line.drop { $0 == "#" }.dropFirst())
            }
        }
    }

    /// Returns the output that a section states: the comment behind `print`, the lines of comment after it, or the next
    /// block of text.
    func printed(in section: String) -> [String] {
        let blocks = blocks.filter { $0.section == section && ["swift", "text"].contains($0.language) }
        return blocks.flatMap { block -> [String] in
            guard block.language == "swift" else { return block.lines.filter { !$0.isEmpty } }
            return block.lines.enumerated().flatMap { index, line -> [String] in
                guard line.contains("print(") else { return [] }
                if let comment = line.range(of: "  // ") { return [String(line[comment.upperBound...])] }
                return block.lines[(index + 1)...].drop { $0 == "}" }
                    .prefix { $0.hasPrefix("// ") }.map { String($0.dropFirst(3)) }
            }
        }
    }

    /// The catalogues of the modules and of the guide.
    static let catalogs =
        [
            "Datasets", "Interchange", "NeuralNetworks", "Prices", "Runs", "Safetensors", "SequenceFiles",
            "Training",
        ]
        .map {
            "Sources/\($0)/\($0).docc"
        }
        + ["Sources/mnist-bilstm/Guide.docc"]

    /// Returns README.md, its translation, and the pages of all catalogues.
    static func files() throws -> [URL] {
        try catalogs.flatMap { catalog in
            try FileManager.default.contentsOfDirectory(
                at: Repository.url.appendingPathComponent(catalog), includingPropertiesForKeys: nil)
        }.filter { $0.pathExtension == "md" }
            + ["README.md", "README.ko.md"].map { Repository.url.appendingPathComponent($0) }
    }

    /// Returns the names of all pages.
    static func names() throws -> [String] {
        try files().map { $0.deletingPathExtension().lastPathComponent }.sorted()
    }
}

/// Replaces `print` in the Swift code of the pages, and keeps the printed lines.
final class Printer {
    private(set) var lines: [String] = []

    func callAsFunction(_ items: Any...) {
        let text = items.map { "\($0)" }.joined(separator: " ")
        lines += text.components(separatedBy: "\n").filter { !$0.isEmpty }
    }

    /// Compares the printed lines with the output in a section of a page, and clears them.
    func expect(
        _ page: String, _ section: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let expected = try DocumentationPage(page).printed(in: section)
        #expect(!expected.isEmpty, "\(page), \(section): says nothing", sourceLocation: sourceLocation)
        #expect(lines == expected, "\(page), \(section)", sourceLocation: sourceLocation)
        lines = []
    }
}

@Suite("Swift code of the documentation")
struct DocumentationPageTests {
    @Test(arguments: try DocumentationPage.names())
    func `every Swift block of a page is part of a test`(_ name: String) throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let sources = try [
            "ForecastingPageTests.swift", "GuidePageTests.swift", "LayerPageTests.swift",
            "ModulePageTests.swift", "TextPageTests.swift", "TutorialPageTests.swift",
        ]
        .map { try words(String(contentsOf: tests.appendingPathComponent($0), encoding: .utf8)) }
        .joined(separator: "\n")
        for block in try DocumentationPage(name).blocks where block.language == "swift" {
            let text = block.lines.drop { $0.isEmpty || $0.hasPrefix("import ") }.joined(separator: "\n")
            let isTested = text.isEmpty || sources.contains(words(text))
            #expect(isTested, "\(name), \(block.section): not in a test:\n\(text)")
        }
    }

    @Test(arguments: try DocumentationPage.names())
    func `a page has no place that is still to be filled`(_ name: String) throws {
        let text = try DocumentationPage(name).blocks.flatMap(\.lines)
        #expect(text.allSatisfy { !$0.contains("@@") }, "\(name)")
    }

    /// Returns the lines without indentation.
    private func words(_ source: String) -> String {
        source.components(separatedBy: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n")
    }
}

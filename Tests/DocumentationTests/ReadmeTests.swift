import Foundation
import TestSupport
import Testing
import Training

/// README.md is short; the links and the make commands of all pages work.
@Suite("README and links")
struct ReadmeTests {
    /// The paths of all pages.
    static let pages: [String] =
        [
            "README.md", "README.ko.md", "CHANGELOG.md", "CONTRIBUTING.md", "Benchmarks/README.md",
            "datasets/README.md", "runs/README.md",
        ]
        + ((try? DocumentationPage.files()) ?? []).map {
            String($0.path.dropFirst(Repository.url.path.count + 1))
        }
        .filter { $0.hasPrefix("Sources/") }.sorted()

    static let guide = pages.filter { $0.contains("/Guide.docc/") }

    private func text(_ page: String) throws -> String {
        try String(contentsOfFile: Repository.path(page), encoding: .utf8)
    }

    /// The lines outside of blocks of code.
    private func prose(_ page: String) throws -> [String] {
        try text(page).components(separatedBy: "```").enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.flatMap { $0.element.components(separatedBy: "\n") }
    }

    /// The targets of the links without a scheme.
    private func relativeLinks(_ page: String) throws -> [String] {
        try prose(page).flatMap { line in
            line.matches(of: /\[[^\]]*\]\(([^)\s]+)\)/).map { String($0.1) }
        }.filter { !$0.contains(":") && !$0.hasPrefix("#") }
    }

    @Test func `README.md has at most 150 lines and 10,000 bytes`() throws {
        let readme = try text("README.md")
        #expect(readme.split(separator: "\n", omittingEmptySubsequences: false).count <= 150)
        #expect(readme.utf8.count <= 10_000)
    }

    @Test func `README.md shows a picture of less than 120 KB`() throws {
        let picture = try #require(try relativeLinks("README.md").first { $0.hasSuffix(".png") })
        let size = try FileManager.default.attributesOfItem(atPath: Repository.path(picture))[.size] as? Int
        #expect(try #require(size) < 120_000)
    }

    @Test(arguments: pages)
    func `every relative link leads to a file`(_ page: String) throws {
        let directory = Repository.url.appending(path: page).deletingLastPathComponent()
        for link in try relativeLinks(page) {
            // In the modules' pages, a picture is named without its directory and suffix, as DocC does.
            let paths = [link, "Resources/\(link).svg"]
            #expect(
                paths.contains { FileManager.default.fileExists(atPath: directory.appending(path: $0).path) },
                "\(page): \(link)")
        }
    }

    @Test func `README and Guide.md link to every page of the guide`() throws {
        let topics = try #require(
            try text("Sources/mnist-bilstm/Guide.docc/Guide.md").components(separatedBy: "## Topics").last)
        for page in Self.guide where !page.hasSuffix("/Guide.md") {
            let name = (page as NSString).lastPathComponent
            #expect(topics.contains("](\(name))"), "Guide.md: \(name)")
            // A Korean page is at least in the Korean README.
            let readmes = name.hasSuffix("-ko.md") ? ["README.md", "README.ko.md"] : ["README.md"]
            #expect(try readmes.contains { try relativeLinks($0).contains(page) }, "README: \(name)")
        }
    }

    @Test func `Guide.md has a start for a learner, a developer and an experimenter`()
        throws
    {
        let lines = try prose("Sources/mnist-bilstm/Guide.docc/Guide.md")
        let start = try #require(lines.firstIndex(of: "### Start here"))
        let items = lines[start...].prefix { !$0.hasPrefix("## ") }.filter { $0.hasPrefix("- **") }
        #expect(items.count == 3)
        for (item, word) in zip(items, ["learning", "developing", "experiments"]) {
            #expect(item.contains(word) && item.contains(".md)"), "\(item)")
        }
    }

    @Test(
        arguments: ["README.md", "README.ko.md", "CONTRIBUTING.md", "CHANGELOG.md", "Benchmarks/README.md"]
            + guide)
    func `every make command names a target of the Makefile`(_ page: String) throws {
        let makefile = try text("Makefile")
        let targets = Set(makefile.matches(of: /(?m)^([a-z0-9-]+):/).map { String($0.1) })
        // In code alone: prose may say what make does.
        let code =
            try text(page).components(separatedBy: "`").enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map(\.element).joined(separator: "\n")
            + "\n"
            + text(page).components(separatedBy: "```").enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map(\.element).joined(separator: "\n")
        let named = code.matches(of: /(?m)^make ((?:[a-z0-9-]+ ?)+)/).flatMap { $0.1.split(separator: " ") }
        for target in named {
            #expect(targets.contains(String(target)), "\(page): make \(target)")
        }
    }

    @Test func `the changelog states the trajectory of the next version`() throws {
        let changelog = try text("CHANGELOG.md").components(separatedBy: "\n## ")
        let version = try #require(changelog.dropFirst().first)
        #expect(version.contains("Trajectory \(Trajectory.version):") && version.contains(Trajectory.golden))
    }
}

import Foundation

/// A module of the package.
struct Room {
    let name: String
    /// The folders of the module, from the ground up, as the list has them.
    var folders: [String] = []
    private(set) var files: [SourceFile] = []
    /// Lines of Swift and C.
    private(set) var lineCount = 0
    /// The sentence that says what the module is about.
    private(set) var subject: String?
    /// Where that sentence is or should be.
    private(set) var subjectPlace = ""

    var directory: String { "Sources/\(name)" }
    var publicCount: Int { files.reduce(0) { $0 + $1.publicLines.count } }

    init(name: String) { self.name = name }

    /// The folder that has a file; for a file beside the folders, its name if the list has that, or else `.`.
    func folder(of file: SourceFile) -> String {
        let parts = file.path.split(separator: "/").map(String.init)
        return parts.count > 3 || folders.contains(parts[2]) ? parts[2] : "."
    }

    mutating func read() {
        for path in (FileManager.default.subpaths(atPath: directory) ?? []).sorted() {
            guard [".swift", ".c", ".h"].contains(where: path.hasSuffix),
                let data = FileManager.default.contents(atPath: "\(directory)/\(path)")
            else { continue }
            let file = SourceFile(path: "\(directory)/\(path)", source: [UInt8](data))
            lineCount += file.lineCount
            if path.hasSuffix(".swift") { files.append(file) }
        }
        readSubject()
    }

    /// Looks where a reader does: on the documentation's page, in the main file, in README.md, in a tool's help.
    private mutating func readSubject() {
        let names = [
            "\(name).docc/\(name).md", "\(name).swift", "include/\(name).h", "module.modulemap", "README.md",
        ]
        let main = files.first { lines($0.path).contains { $0.hasPrefix("@main") } }?.path
        let paths = (names.map { "\(directory)/\($0)" } + [main ?? ""]).filter(FileManager.default.fileExists)
        subjectPlace = paths.first.map { "\($0):1" } ?? directory
        for path in paths {
            let text =
                path.hasSuffix(".md") ? paragraph(path) : path == main ? abstract(path) : headComment(path)
            guard !text.isEmpty else { continue }
            subject = text.firstRange(of: ". ").map { text[..<$0.lowerBound] + "." } ?? text
            return
        }
    }

    /// The first paragraph after the title.
    private func paragraph(_ path: String) -> String {
        let text = lines(path).drop { $0.isEmpty || $0.hasPrefix("# ") }
        return text.prefix { !$0.isEmpty && !$0.hasPrefix("#") }.joined(separator: " ")
    }

    /// The first paragraph of the comment that a file begins with, imports aside.
    private func headComment(_ path: String) -> String {
        let text = lines(path).drop { $0.isEmpty || $0.hasPrefix("import ") }
        let comment = text.prefix { $0.hasPrefix("//") }.map { $0.drop { "/ ".contains($0) } }
        return comment.prefix { !$0.isEmpty }.joined(separator: " ")
    }

    /// The abstract of a tool's main command.
    private func abstract(_ path: String) -> String {
        lines(path).first { $0.contains("abstract: \"") }?.components(separatedBy: "\"")[1] ?? ""
    }
}

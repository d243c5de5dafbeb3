import Foundation

/// A module of the package.
struct Room {
    let name: String
    /// The folders of the module, from the ground up, as in the list.
    var folders: [String] = []
    private(set) var files: [SourceFile] = []
    /// The number of lines of Swift and C.
    private(set) var lineCount = 0
    /// The sentence about the module's subject.
    private(set) var subject: String?
    /// The file in which that sentence is or should be.
    private(set) var subjectPlace = ""

    var directory: String { "Sources/\(name)" }
    var publicCount: Int { files.reduce(0) { $0 + $1.publicLines.count } }

    init(name: String) { self.name = name }

    /// Returns the folder of a file. For a file next to the folders, returns its name if the list has it, otherwise
    /// `.`.
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

    /// Reads the subject from the same places as a reader: the documentation's page, the main file, README.md, or a
    /// tool's help.
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

    /// Returns the first paragraph after the title.
    private func paragraph(_ path: String) -> String {
        let text = lines(path).drop { $0.isEmpty || $0.hasPrefix("# ") }
        return text.prefix { !$0.isEmpty && !$0.hasPrefix("#") }.joined(separator: " ")
    }

    /// Returns the first paragraph of the comment at the beginning of a file, ignoring imports.
    private func headComment(_ path: String) -> String {
        let text = lines(path).drop { $0.isEmpty || $0.hasPrefix("import ") }
        let comment = text.prefix { $0.hasPrefix("//") }.map { $0.drop { "/ ".contains($0) } }
        return comment.prefix { !$0.isEmpty }.joined(separator: " ")
    }

    /// Returns the abstract of a tool's main command.
    private func abstract(_ path: String) -> String {
        lines(path).first { $0.contains("abstract: \"") }?.components(separatedBy: "\"")[1] ?? ""
    }
}

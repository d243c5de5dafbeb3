import Platform
import Runs

/// The notes of a user about a run, the content of `marks.json` in the run's directory. No training reads or
/// writes the file.
struct RunMarks: Codable, Hashable, Sendable {
    var tags: [String] = []
    var note = ""
    /// Whether the run is at the top of the list.
    var isPinned = false
    /// Whether the list leaves the run out unless a user asks for hidden runs.
    var isHidden = false

    /// The limits of what the page stores.
    static let mostTags = 20
    static let longestTag = 40
    static let longestNote = 10_000
    private static let fileLimits = JSON.Limits(bytes: 256 << 10, values: 1000)

    init() {}

    /// Reads the marks of a run. A run without the file has none.
    ///
    /// - Returns: The marks, and the problem of an unreadable file, a line that names it.
    static func read(_ run: RunDirectory) -> (marks: RunMarks, problem: String?) {
        do {
            let marks: RunMarks = try JSON.read(from: run.marks, fileLimits)
            try marks.check()
            return (marks, nil)
        } catch let error as FileError where error.isMissing {
            return (RunMarks(), nil)
        } catch let error as PageError {
            return (RunMarks(), "\(run.marks): \(error.message())")
        } catch {
            return (RunMarks(), "\(error)")
        }
    }

    /// Replaces the marks of a run. Without marks there is no file.
    func write(to run: RunDirectory) throws {
        let directory = try OpenDirectory(run.path, followsLink: false)
        let name = FilePath.name(of: run.marks)
        guard self != RunMarks() else { return try directory.discard(name) }
        try AtomicFile.write(Array("\(JSON.text(self))\n".utf8), to: name, in: directory, .content)
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        tags = try values.decodeIfPresent([String].self, forKey: .tags) ?? []
        note = try values.decodeIfPresent(String.self, forKey: .note) ?? ""
        isPinned = try values.decodeIfPresent(Bool.self, forKey: .isPinned) ?? false
        isHidden = try values.decodeIfPresent(Bool.self, forKey: .isHidden) ?? false
    }

    /// Checks the limits.
    ///
    /// - Throws: ``PageError`` that names the limit and what was found.
    func check() throws(PageError) {
        guard tags.count <= Self.mostTags else {
            throw PageError(.badRequest, .tagCount, ["limit": "\(Self.mostTags)", "found": "\(tags.count)"])
        }
        for tag in tags {
            let length = tag.unicodeScalars.count
            guard (1...Self.longestTag).contains(length), tag.trimmed == tag,
                !tag.unicodeScalars.contains(where: \.isInvisible)
            else {
                throw PageError(
                    .badRequest, .tag, ["limit": "\(Self.longestTag)", "found": tag.quotedInAnswer])
            }
        }
        guard Set(tags).count == tags.count else {
            throw PageError(.badRequest, .tagTwice)
        }
        let length = note.unicodeScalars.count
        guard length <= Self.longestNote else {
            throw PageError(.badRequest, .longNote, ["limit": "\(Self.longestNote)", "found": "\(length)"])
        }
        guard !note.unicodeScalars.contains(where: { $0.isInvisible && $0 != "\n" }) else {
            throw PageError(.badRequest, .noteCharacter)
        }
    }
}

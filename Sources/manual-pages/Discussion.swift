/// The parts of a command's help text below its abstract.
struct Discussion {
    /// Paragraphs of text.
    var paragraphs: [String] = []
    /// Command lines, each with its continuation lines.
    var examples: [String] = []
    /// Exit codes and their meanings: `64`, `bad option`.
    var exitCodes: [(code: String, meaning: String)] = []

    /// - Parameter text: Paragraphs with empty lines between them. Indented lines and the rest of a line after
    ///   "Example:" are command lines; a paragraph that begins with "Exit codes:" lists exit codes.
    init(_ text: String) {
        for paragraph in Self.paragraphs(of: text) {
            if let list = paragraph.first?.after("Exit codes: ") {
                add(exitCodes: ([list] + paragraph.dropFirst()).joined(separator: " "))
                continue
            }
            var prose: [String] = []
            for line in paragraph {
                if let example = line.after("Example: ") {
                    examples.append(example)
                } else if line.hasPrefix(" ") {
                    examples.append(String(line.drop { $0 == " " }))
                } else {
                    prose.append(line)
                }
            }
            // The examples have a separate section.
            if prose.last?.hasSuffix(" Examples:") == true {
                prose[prose.count - 1].removeLast(" Examples:".count)
            }
            if !prose.isEmpty { paragraphs.append(prose.joined(separator: " ")) }
        }
    }

    private static func paragraphs(of text: String) -> [[String]] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.split { $0.allSatisfy { $0 == " " } }.map(Array.init)
    }

    /// - Parameter list: A text such as "0 done, 64 bad option, 143 SIGTERM."; a comma that is not followed by a number
    ///   belongs to a meaning.
    private mutating func add(exitCodes list: String) {
        var items: [String] = []
        for part in (list.hasSuffix(".") ? String(list.dropLast()) : list).split(separator: ",") {
            let part = part.drop { $0 == " " }
            let code = part.prefix { $0.isNumber }
            if items.isEmpty || !code.isEmpty && part.dropFirst(code.count).first == " " {
                items.append(String(part))
            } else {
                items[items.count - 1] += ", " + part
            }
        }
        exitCodes += items.map { item in
            let code = item.prefix { $0.isNumber }
            return (String(code), String(item.dropFirst(code.count).drop { $0 == " " }))
        }
    }
}

extension String {
    /// Returns the rest after a prefix; nil if the text does not begin with it.
    fileprivate func after(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}

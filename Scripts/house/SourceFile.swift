/// A Swift file: its imports, its declarations, and its tokens.
struct SourceFile {
    let path: String
    let lineCount: Int
    let tokens: [Token]
    private(set) var imports: [Token] = []
    /// The types, protocols and type aliases of the module that other files can use.
    private(set) var types: [Token] = []
    /// The functions, variables and constants of the module that other files can use.
    private(set) var values: [Token] = []
    /// The members of extensions that add no conformance. (With a conformance, a protocol may require them.)
    private(set) var additions: [(type: String, member: Token)] = []
    /// The members of all types of the module.
    private(set) var members: Set<String> = []
    /// The words after a dot.
    private(set) var usedMembers: Set<String> = []
    /// Types that hide one of the module's: private types, inner types, associated types and generic parameters.
    private(set) var hidingTypes: Set<String> = []
    /// Names that hide one of the module's functions or constants: variables, parameters, labels and private functions.
    private(set) var hidingValues: Set<String> = []
    /// The lines that declare something `public` or `open`.
    private(set) var publicLines: [Int] = []

    /// Types of other modules that the file exports under its own module's name: "Platform.FileError".
    var exportedTypes: [String] {
        tokens.indices.filter { tokens[$0].text == "typealias" && self[$0 - 1].text == "public" }.compactMap {
            index in
            let (name, module, dot) = (self[index + 1].text, self[index + 3].text, self[index + 4].text)
            return dot == "." && self[index + 5].text == name ? "\(module).\(name)" : nil
        }
    }

    init(path: String, source: [UInt8]) {
        self.path = path
        lineCount = source.count { $0 == "\n" }
        tokens = Lexer(source).tokens
        readDeclarations()
    }

    /// The token at an index; an empty one outside the file.
    subscript(index: Int) -> Token {
        tokens.indices.contains(index) ? tokens[index] : Token(text: "", line: 0, depth: 0)
    }

    /// Returns the lines that call a function, except as a member of something: `name(`, not `other.name(`.
    func calls(of name: String) -> [Int] {
        tokens.indices.filter {
            tokens[$0].text == name && self[$0 + 1].text == "(" && self[$0 - 1].text != "."
        }
        .map { tokens[$0].line }
    }

    private mutating func readDeclarations() {
        /// The kind of the braces at module level: members of a type, members of an extension, or code.
        var (isType, extended) = (false, String?.none)
        var isPrivate = false
        for (index, token) in tokens.enumerated() {
            let (previous, next) = (self[index - 1], self[index + 1])
            switch token.text {
            case _ where previous.text == ".": usedMembers.insert(token.text)
            case "import": imports.append(next)
            case "private", "fileprivate": isPrivate = next.text != "("
            case "public" where next.text != "import": publicLines.append(token.line)
            case "open" where ["class", "func", "var"].contains(next.text): publicLines.append(token.line)
            case "extension":
                let end = tokens.dropFirst(index + 2).first { $0.text != "." && !$0.isTypeName }
                (isType, extended) = (true, isPrivate || end?.text == ":" ? nil : next.text)
                isPrivate = false
            // `class` may be a modifier, and `actor` may be a name.
            case "struct", "class", "enum", "actor", "protocol", "typealias", "associatedtype":
                guard next.isTypeName else { break }
                if token.depth == 0 { (isType, extended) = (true, nil) }
                if token.depth == 0 && !isPrivate {
                    types.append(next)
                } else {
                    hidingTypes.insert(next.text)
                }
                if self[index + 2].text == "<" { hidingTypes.insert(self[index + 3].text) }
                isPrivate = false
            case "func", "let", "var", "case":
                if token.depth == 0 { isType = false }
                if self[index + 2].text == "<" { hidingTypes.insert(self[index + 3].text) }
                let names = names(after: index)
                let isMember = isType && token.depth == 1
                if isMember { members.formUnion(names.map(\.text)) }
                if let extended, isMember && !isPrivate { additions += names.map { (extended, $0) } }
                if token.depth == 0 && !isPrivate { values += names }
                if !isMember && (token.depth > 0 || isPrivate) { hidingValues.formUnion(names.map(\.text)) }
                isPrivate = false
            case "init", "subscript": isPrivate = false
            case ":" where previous.isTypeName:
                if "<,".contains(self[index - 2].text) { hidingTypes.insert(previous.text) }
            case ":": hidingValues.insert(previous.text)
            case "in":
                let list = tokens[..<index].reversed().prefix {
                    $0.isWord && $0.text != "for" || "(,)".contains($0.text)
                }
                hidingValues.formUnion(list.map(\.text))
            default: break
            }
        }
    }

    /// Returns the names in `func a`, `let a, b: Int`, `let (a, b)` and `case a(Int), b = 1`.
    private func names(after keyword: Int) -> [Token] {
        var names: [Token] = []
        var place = keyword
        repeat {
            place += self[place + 1].text == "(" ? 2 : 1
            names.append(self[place])
            place += 1
            if self[place].text == "(" {
                place += tokens.dropFirst(place).prefix { $0.text != ")" }.count + 1
            }
            if self[place].text == "=" { place += self[place + 1].text == "," ? 1 : 2 }
        } while self[place].text == ","
        return names
    }
}

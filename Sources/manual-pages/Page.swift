/// The manual page of a command, as text for `man`.
struct Page {
    private var lines: [String] = []

    var text: String { lines.joined(separator: "\n") + "\n" }

    /// - Parameters:
    ///   - command: The command.
    ///   - date: The date of the version, such as 2026-01-31.
    ///   - version: The version of the package.
    init(_ command: CommandDescription, date: String, version: String) {
        let discussion = Discussion(command.discussion ?? "")
        lines.append(
            ".TH \(Roff.quoted(command.page.uppercased())) 1 \(date) "
                + "\(Roff.quoted("recurrent-networks \(version)")) \(Roff.quoted("User Commands"))")
        // Names of options must not be hyphenated or stretched.
        lines += [".nh", ".ad l"]
        name(command)
        synopsis(command)
        description(discussion)
        commands(command)
        arguments(command)
        options(command)
        exitStatus(discussion)
        examples(discussion)
        seeAlso(command)
    }

    private mutating func section(_ title: String) { lines.append(".SH \(Roff.quoted(title))") }

    /// Adds a tag with a text beside or below it.
    private mutating func item(_ tag: String, _ text: String) {
        lines += [".TP", tag] + Roff.filled(text)
    }

    private mutating func name(_ command: CommandDescription) {
        section("NAME")
        var abstract = command.abstract ?? ""
        if abstract.hasSuffix(".") { abstract.removeLast() }
        lines += Roff.filled("\(command.page) - \(abstract)")
    }

    private mutating func synopsis(_ command: CommandDescription) {
        section("SYNOPSIS")
        let call = Roff.bold(command.call)
        let required = command.visibleArguments.filter { $0.kind == .option && !$0.isOptional }.map(\.usage)
        let positional = command.visibleArguments.filter { $0.kind == .positional }.map(\.usage)
        let options = "[\(Roff.italic("option"))\\ ...]"
        lines.append(([call] + required + [options] + positional).joined(separator: " "))
        guard !command.commands.isEmpty else { return }
        lines += [".br", "\(call) \(Roff.italic("command")) ..."]
    }

    private mutating func description(_ discussion: Discussion) {
        guard !discussion.paragraphs.isEmpty else { return }
        section("DESCRIPTION")
        for (index, paragraph) in discussion.paragraphs.enumerated() {
            if index > 0 { lines.append(".PP") }
            lines += Roff.filled(paragraph)
        }
    }

    private mutating func commands(_ command: CommandDescription) {
        guard !command.commands.isEmpty else { return }
        section("COMMANDS")
        for subcommand in command.commands {
            item(Roff.bold(subcommand.commandName), subcommand.abstract ?? "")
        }
    }

    private mutating func arguments(_ command: CommandDescription) {
        let arguments = command.visibleArguments.filter { $0.kind == .positional }
        guard !arguments.isEmpty else { return }
        section("ARGUMENTS")
        for argument in arguments { item(Roff.italic(argument.valueName ?? ""), argument.explanation) }
    }

    /// Adds the options without a group, then the groups in their order.
    private mutating func options(_ command: CommandDescription) {
        let options = command.visibleArguments.filter { $0.kind != .positional }
        var titles: [String?] = [nil]
        for title in options.map(\.sectionTitle) where !titles.contains(title) { titles.append(title) }
        section("OPTIONS")
        for title in titles {
            if let title { lines.append(".SS \(Roff.quoted(title))") }
            var rest = options.filter { $0.sectionTitle == title }[...]
            while let option = rest.popFirst() {
                // A flag and its inversion share an explanation.
                if let next = rest.first, option.isInverted(by: next) {
                    rest.removeFirst()
                    item("\(option.tag), \(next.tag)", option.explanation)
                } else {
                    item(option.tag, option.explanation)
                }
            }
        }
    }

    private mutating func exitStatus(_ discussion: Discussion) {
        guard !discussion.exitCodes.isEmpty else { return }
        section("EXIT STATUS")
        for (code, meaning) in discussion.exitCodes { item(Roff.bold(code), meaning) }
    }

    private mutating func examples(_ discussion: Discussion) {
        guard !discussion.examples.isEmpty else { return }
        section("EXAMPLES")
        lines.append(".EX")
        lines += discussion.examples.map(Roff.line)
        lines.append(".EE")
    }

    private mutating func seeAlso(_ command: CommandDescription) {
        let above = command.superCommands ?? []
        let pages = (above.isEmpty ? [] : [above.joined(separator: "-")]) + command.commands.map(\.page)
        guard !pages.isEmpty else { return }
        section("SEE ALSO")
        for (index, page) in pages.enumerated() {
            lines.append(".BR \(Roff.text(page)) (1)\(index + 1 < pages.count ? "," : "")")
        }
    }
}

extension CommandDescription.Argument {
    /// The usage in a synopsis: `--index index`, `[run ...]`.
    fileprivate var usage: String {
        let value = Roff.italic(valueName ?? "") + (isRepeating ? "\\ ..." : "")
        if kind == .positional { return isOptional ? "[\(value)]" : value }
        return "\(Roff.bold(names?.first?.text ?? ""))\\ \(value)"
    }

    /// The names of an option, and its value.
    fileprivate var tag: String {
        let names = (names ?? []).map { Roff.bold($0.text) }.joined(separator: ", ")
        return kind == .flag ? names : "\(names) \(Roff.italic(valueName ?? ""))"
    }

    /// The explanation as in the help, with the possible values, and the default if the text does not contain it.
    fileprivate var explanation: String {
        var facts: [String] = []
        if let allValues, !allValues.isEmpty { facts.append("values: \(allValues.joined(separator: ", "))") }
        if let defaultValue, abstract?.contains("(default: ") != true {
            facts.append("default: \(defaultValue)")
        }
        let text = [abstract, discussion].compactMap { $0 }.filter { !$0.isEmpty }
        return (text + (facts.isEmpty ? [] : ["(\(facts.joined(separator: "; ")))"])).joined(separator: " ")
    }

    /// Returns whether the other option is the inversion of this one: `--test` and `--no-test`.
    fileprivate func isInverted(by other: Self) -> Bool {
        guard kind == .flag, other.kind == .flag, abstract == other.abstract, let name = names?.last?.name
        else { return false }
        return other.names?.last?.name == "no-" + name
    }
}

import Console
import Pictures

/// A page about a run: a single file that works offline and without scripts.
package protocol RunPage {
    var language: Language { get }
    var header: RunPageHeader { get }
    /// Problems of unreadable files, each a line that names the file.
    var problems: [String] { get }
    @MarkupBuilder var sections: [Markup] { get }
}

/// The header of a page.
package struct RunPageHeader {
    package var kind: String
    package var name: String
    package var state: RunState
    /// The progress, shown next to the state.
    package var progress: String
    /// The result, in large letters.
    package var result: [Markup]
    /// An explanation of the result.
    package var verdict: String?
    package var figures: [(name: String, value: String)]

    package init(
        kind: String, name: String, state: RunState, progress: String, result: [Markup],
        verdict: String? = nil,
        figures: [(name: String, value: String)]
    ) {
        self.kind = kind
        self.name = name
        self.state = state
        self.progress = progress
        self.result = result
        self.verdict = verdict
        self.figures = figures
    }

    package func markup(in language: Language) -> Markup {
        Markup("header") {
            Markup("p", ["class": "kind"]) { kind }
            Markup("h1") { name }
            Markup("p", ["class": "state"]) {
                Markup("span", ["class": "badge badge-\(state.rawValue)"]) { state.text(in: language) }
                Markup("span") { progress }
            }
            Markup("p", ["class": "result"]) { result }
            if let verdict { Markup("p") { verdict } }
            Markup("dl", ["class": "figures"]) {
                for (name, value) in figures {
                    Markup("div") {
                        Markup("dt") { name }
                        Markup("dd") { value }
                    }
                }
            }
        }
    }
}

extension RunPage {
    package var html: Markup {
        Markup("html", ["lang": language.rawValue]) {
            Markup("head") {
                Markup("meta", ["charset": "utf-8"])
                Markup("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                // This policy prevents that the content of a run's files loads or executes anything.
                Markup(
                    "meta",
                    [
                        "http-equiv": "Content-Security-Policy",
                        "content": "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
                    ])
                Markup("title") { "\(header.name): \(header.state.text(in: language))" }
                Markup.reportStyle
                if language == .korean { Markup.koreanStyle }
            }
            Markup("body") {
                Markup("main") {
                    header.markup(in: language)
                    if !problems.isEmpty {
                        section(text(.unreadableFiles)) {
                            Markup("ul", ["class": "problems"]) {
                                for problem in problems { Markup("li") { problem } }
                            }
                        }
                    }
                    sections
                }
            }
        }
    }

    package func text(_ key: RunText, _ values: [String: String] = [:], count: Int? = nil) -> String {
        language.text(key, values, count: count)
    }

    package func section(_ title: String, @MarkupBuilder content: () -> [Markup]) -> Markup {
        Markup("section") {
            Markup("h2") { title }
            content()
        }
    }

    /// Returns a table in a box that scrolls if the page is narrow. The first cell of a row is its header.
    /// - Parameter kind: The style of the cells: `numbers`, `words` or `layers`.
    package func table(
        _ title: String, columns: [String], rows: [[String]], footer: [String]? = nil, kind: String? = nil
    ) -> Markup {
        func row(_ cells: [String]) -> Markup {
            Markup("tr") {
                Markup("th", ["scope": "row"]) { cells[0] }
                for cell in cells.dropFirst() { Markup("td") { cell } }
            }
        }
        return Markup("div", ["class": "scroll", "role": "region", "aria-label": title, "tabindex": "0"]) {
            Markup("table", ["class": kind]) {
                Markup("thead") {
                    Markup("tr") { for column in columns { Markup("th", ["scope": "col"]) { column } } }
                }
                Markup("tbody") { for cells in rows { row(cells) } }
                if let footer { Markup("tfoot") { row(footer) } }
            }
        }
    }
}

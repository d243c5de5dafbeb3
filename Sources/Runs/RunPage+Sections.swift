import Console
import NeuralNetworks
import Pictures
import Platform

/// Sections of the pages of every kind of run.
extension RunPage {
    /// Returns the section with the options, as on the command line, and whether each has its default.
    package func configuration(_ options: [(name: String, value: String, isDefault: Bool)]) -> Markup {
        func table(_ title: String, _ rows: [(name: String, value: String, isDefault: Bool)]) -> Markup {
            self.table(
                title, columns: [text(.option), text(.value)], rows: rows.map { [$0.name, $0.value] },
                kind: "words")
        }
        let chosen = options.filter { !$0.isDefault }
        return section(text(.configuration)) {
            if chosen.isEmpty {
                Markup("p") { text(.defaultOptions) }
            } else {
                Markup("p") { text(.chosenOptions) }
                table(text(.chosenOptionsTable), chosen)
            }
            Markup("details") {
                Markup("summary") { text(.optionCount, ["count": "\(options.count)"]) }
                table(text(.allOptions), options)
            }
        }
    }

    /// Returns the section with options that have no defaults.
    package func configuration(_ options: [(name: String, value: String)]) -> Markup {
        section(text(.configuration)) {
            table(
                text(.allOptions), columns: [text(.option), text(.value)],
                rows: options.map { [$0.name, $0.value] }, kind: "words")
        }
    }

    package func layers(_ title: String, _ model: some Summarizable) -> Markup {
        section(title) {
            table(
                title, columns: [text(.layer), text(.outputShape), text(.parameters)],
                rows: model.layerSummaries.map {
                    [$0.name, $0.outputShape, TextFormat.grouped($0.parameterCount)]
                },
                footer: [
                    text(.total), text(.input, ["shape": model.inputShape]),
                    TextFormat.grouped(model.parameterCount),
                ],
                kind: "layers")
        }
    }

    package func environment(_ rows: [(name: String, value: String)]) -> Markup {
        section(text(.environment)) {
            table(
                text(.environment), columns: [text(.item), text(.value)],
                rows: rows.map { [language.translated($0.name, from: EnvironmentText.self), $0.value] },
                kind: "words")
        }
    }

    /// - Parameters:
    ///   - reproduce: Commands, each as words; empty if there are none.
    ///   - resume: The command that resumes the run; nil if it cannot be resumed.
    ///   - given: The command that started the run; empty if it is not known.
    package func commands(reproduce: [[String]], resume: Markup?, given: [String]) -> Markup {
        section(text(.reproduction)) {
            if !reproduce.isEmpty {
                Markup("p") { text(.sameWeights) }
                shell(reproduce)
            }
            if let resume {
                Markup("p") { text(.resumption) }
                resume
            }
            if !given.isEmpty {
                Markup("p") { text(.originalCommand) }
                shell([given])
            }
        }
    }

    /// Returns commands to copy. Their lines break only between words if possible.
    package func shell(_ commands: [[String]]) -> Markup {
        Markup("pre") {
            for (place, words) in commands.enumerated() {
                if place > 0 { "\n" }
                for (place, word) in words.enumerated() {
                    if place > 0 { " " }
                    Markup("span") { ShellWords.quoted([word]) }
                }
            }
        }
    }
}

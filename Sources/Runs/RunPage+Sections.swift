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
                title, columns: ["Option", "Value"], rows: rows.map { [$0.name, $0.value] }, kind: "words")
        }
        let chosen = options.filter { !$0.isDefault }
        return section("Configuration") {
            if chosen.isEmpty {
                Markup("p") { "Every option has its default." }
            } else {
                Markup("p") { "Options that differ from the defaults:" }
                table("Options that differ from the defaults", chosen)
            }
            Markup("details") {
                Markup("summary") { "All \(options.count) options" }
                table("All options", options)
            }
        }
    }

    package func layers(_ title: String, _ model: some Summarizable) -> Markup {
        section(title) {
            table(
                title, columns: ["Layer", "Output shape", "Parameters"],
                rows: model.layerSummaries.map {
                    [$0.name, $0.outputShape, TextFormat.grouped($0.parameterCount)]
                },
                footer: ["total", "input \(model.inputShape)", TextFormat.grouped(model.parameterCount)],
                kind: "layers")
        }
    }

    package func environment(_ rows: [(name: String, value: String)]) -> Markup {
        section("Environment") {
            table(
                "Environment", columns: ["What", "Value"], rows: rows.map { [$0.name, $0.value] },
                kind: "words")
        }
    }

    /// - Parameters:
    ///   - reproduce: Commands, each as words.
    ///   - resume: The command that resumes the run; nil if it cannot be resumed.
    ///   - given: The command that started the run; empty if it is not known.
    package func commands(reproduce: [[String]], resume: [String]?, given: [String]) -> Markup {
        section("How to reproduce") {
            Markup("p") { "The same weights, to the last bit, on any number of threads:" }
            shell(reproduce)
            if let resume {
                Markup("p") { "To go on with this run where it ended:" }
                shell([resume])
            }
            if !given.isEmpty {
                Markup("p") { "Called as:" }
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

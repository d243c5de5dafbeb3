import ArgumentParser
import Console

extension Language: ExpressibleByArgument {}

/// The option of commands that write a report.
package struct LanguageArguments: ParsableArguments {
    @Option(help: "Language of the report: en (English) or ko (Korean) (default: the language of training)")
    package var language: Language?

    package init() {}
}

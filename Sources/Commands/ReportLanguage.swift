import ArgumentParser
import Console

extension Language: ExpressibleByArgument {}

/// The option of commands that write a report.
package struct LanguageOption: ParsableArguments {
    @Option(help: ArgumentHelp("Language of the report: en (English) or ko (Korean)", valueName: "language"))
    package var language = Language.english

    package init() {}
}

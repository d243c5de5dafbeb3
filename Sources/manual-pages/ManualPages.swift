#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes manual pages, one for a program and one for each of its commands, from the description that the program
/// prints.
///
///     mnist-bilstm --experimental-dump-help | manual-pages DIRECTORY 2026-01-31 0.1.0
///
/// The last two arguments are the date and the version in the pages' footers.
@main
enum ManualPages {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 3 else {
            throw Problem("usage: PROGRAM --experimental-dump-help | manual-pages DIRECTORY DATE VERSION")
        }
        var description = ""
        while let line = readLine(strippingNewline: false) { description += line }
        let tool = try JSONDecoder().decode(CommandDescription.Tool.self, from: Data(description.utf8))
        try write(tool.command, to: arguments[0], date: arguments[1], version: arguments[2])
    }

    private static func write(
        _ command: CommandDescription, to directory: String, date: String, version: String
    ) throws {
        try Page(command, date: date, version: version).text
            .write(toFile: "\(directory)/\(command.page).1", atomically: true, encoding: .utf8)
        for subcommand in command.commands {
            try write(subcommand, to: directory, date: date, version: version)
        }
    }

    struct Problem: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }
}

import Console
import Platform

extension RunDirectory {
    /// The default directory of runs.
    package static let defaultRoot = "runs"

    /// Returns the words of a command about this run: for "--resume", `mnist-bilstm --resume NAME`.
    package func command(_ word: String, of program: String) -> [String] {
        let root = FilePath.directory(of: path)
        let place = root == Self.defaultRoot ? [] : ["--runs", root]
        return [program, word, FilePath.name(of: path)] + place
    }

    /// The name in `config.json` of programs that use the library.
    package static let library = "RecurrentNetworks"

    /// The Swift expression that resumes a run made by the library.
    package var continuation: String { "TrainingRun(continuing: \(JSON.quoted(path)), for: trainer)" }

    /// Returns the command that resumes the run, or the Swift expression if the library made it.
    package func resumption(of program: String) -> String {
        program == Self.library ? continuation : commandLine("--resume", of: program)
    }

    /// Returns the same command as text for a shell.
    package func commandLine(_ word: String, of program: String) -> String {
        ShellWords.quoted(command(word, of: program))
    }
}

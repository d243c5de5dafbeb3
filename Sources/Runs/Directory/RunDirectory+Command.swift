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

    /// Returns the same command as text for a shell.
    package func commandLine(_ word: String, of program: String) -> String {
        ShellWords.quoted(command(word, of: program))
    }
}

import Console
import Platform

extension RunDirectory {
    /// The directory of runs unless a tool is told another one.
    package static let defaultRoot = "runs"

    /// The words of a command about this run: for "--resume", `mnist-bilstm --resume NAME`.
    package func command(_ word: String, of program: String) -> [String] {
        let root = FilePath.directory(of: path)
        let place = root == Self.defaultRoot ? [] : ["--runs", root]
        return [program, word, FilePath.name(of: path)] + place
    }

    /// The same for a shell.
    package func commandLine(_ word: String, of program: String) -> String {
        ShellWords.quoted(command(word, of: program))
    }
}

extension RunDirectory {
    /// The words of a command of the tool about this run: of "--resume", `mnist-bilstm --resume NAME`.
    func command(_ word: String) -> [String] {
        let root = FilePath.directory(of: path)
        let place = root == MNISTTraining.Options().runs ? [] : ["--runs", root]
        return ["mnist-bilstm", word, FilePath.name(of: path)] + place
    }

    /// The same for a shell.
    func commandLine(_ word: String) -> String { RunConfiguration.shellQuoted(command(word)) }
}

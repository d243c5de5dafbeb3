extension RunDirectory {
    /// The words of a command of a tool about this run: of "--resume", `mnist-bilstm --resume NAME`.
    func command(_ word: String, of program: Program = .mnistBiLSTM) -> [String] {
        let root = FilePath.directory(of: path)
        let place = root == MNISTTraining.Options().runs ? [] : ["--runs", root]
        return [program.rawValue, word, FilePath.name(of: path)] + place
    }

    /// The same for a shell.
    func commandLine(_ word: String, of program: Program = .mnistBiLSTM) -> String {
        RunConfiguration.shellQuoted(command(word, of: program))
    }
}

import Console
import Platform

extension ImageDataset {
    /// Where the files are unless told otherwise, or are put.
    ///
    /// - Parameter root: the directory of all data sets.
    package func directory(in root: String = "datasets") -> String { FilePath.join(root, folder) }

    /// The command that downloads the files to where they are looked for.
    package func fetchCommand(to directory: String) -> String {
        let words = ["mnist-bilstm", "datasets", "fetch", name]
        return ShellWords.quoted(
            words + (directory == self.directory() ? [] : ["--to", directory]))
    }

    /// For people: which data, and where. Of MNIST only where.
    package func title(in directory: String) -> String {
        self == .mnist ? directory : "\(name) in \(directory)"
    }
}

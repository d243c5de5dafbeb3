import ArgumentParser
import Commands
import Console
import Datasets
import Fetching
import Platform

struct DatasetCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasets",
        abstract: "List, verify and download MNIST-like data sets.",
        discussion: """
            Without a command, it lists the data sets. Examples:
              mnist-bilstm datasets
              mnist-bilstm datasets fetch fashion-mnist
              mnist-bilstm datasets verify mnist fashion-mnist

            Only fetch uses the internet.
            """,
        subcommands: [ListDatasets.self, VerifyDatasets.self, FetchDataset.self],
        defaultSubcommand: ListDatasets.self)
}

/// The option for the directory that contains the data sets.
struct DatasetsArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Directory that holds the data sets' directories", valueName: "directory"),
        completion: .directory)
    var root = "datasets"

    func validate() throws {
        guard !root.isEmpty else { throw ValidationError("--root must name a directory, not be empty.") }
    }
}

struct ListDatasets: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List data sets, the state of their files and where to get them.",
        discussion: """
            Example: mnist-bilstm datasets list --json

            The state of a data set is one of: verified (every file has the published SHA-256), whole (undamaged, but \
            for some files no SHA-256 is published), incomplete, damaged, absent.

            Exit codes: 0 done, 64 bad option.
            """)

    @OptionGroup var place: DatasetsArguments

    @Flag(help: "Print a JSON array instead of tables")
    var json = false

    func run() throws {
        try explained { console in
            let list = DatasetList(root: place.root)
            if json { console.print(result: try list.json()) } else { console.print(list.text()) }
        }
    }
}

struct VerifyDatasets: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check the files of data sets against the published checksums.",
        discussion: """
            Example: mnist-bilstm datasets verify
                     mnist-bilstm datasets verify kmnist --data ~/torchvision

            Without a name, it checks every data set that has at least one file.

            Exit codes: 0 all files are right, 64 bad option, 65 a file is damaged, 66 a file is missing.
            """)

    @Argument(
        help: ArgumentHelp("Data sets to check", valueName: "name"),
        completion: .list(PublishedDataset.allValueStrings))
    var names: [PublishedDataset] = []

    @OptionGroup var place: DatasetsArguments

    @Option(
        help: ArgumentHelp("Directory of the files, for one data set", valueName: "directory"),
        completion: .directory)
    var data: String?

    func validate() throws {
        try checkUse("--data", data != nil, of: "one data set", names.count == 1)
        guard data != "" else { throw ValidationError("--data must name a directory, not be empty.") }
    }

    func run() throws {
        try explained {
            let console = try Console()
            let entries =
                data.map { [DatasetList.Entry(names[0].dataset, in: $0)] }
                ?? DatasetList(
                    names.isEmpty ? ImageDataset.all : names.map(\.dataset), root: place.root
                ).entries
            let present = entries.filter { !$0.isAbsent }
            let chosen = names.isEmpty && !present.isEmpty ? present : entries
            for entry in chosen { console.print(entry.verdict) }
            try console.finish()
            return chosen.map(\.exitStatus).filter { $0 != .success }.min { $0.code < $1.code } ?? .success
        }
    }
}

struct FetchDataset: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Download the missing files of a data set.",
        discussion: """
            Example: mnist-bilstm datasets fetch fashion-mnist
                     mnist-bilstm datasets fetch emnist-letters --to /data/emnist

            The addresses are tried in turn, with curl or wget. A file gets its name only after its SHA-256 is verified. \
            Ctrl-C stops the download; the same command resumes it. For EMNIST, one archive of 536 MiB is downloaded \
            and kept for the other EMNIST data sets.

            Exit codes: 0 all files are right, 64 bad option, 65 a file or archive is damaged, 69 download failed, 74 a \
            file could not be written, 129 terminal closed, 130 Ctrl-C, 143 SIGTERM, or 128 + n for another signal n.
            """)

    @Argument(
        help: ArgumentHelp("Data set to download", valueName: "name"),
        completion: .list(PublishedDataset.allValueStrings))
    var name: PublishedDataset

    @Option(
        help: ArgumentHelp(
            "Directory to write the files to (default: the data set's directory in datasets)",
            valueName: "directory"), completion: .directory)
    var to: String?

    func validate() throws {
        guard to != "" else { throw ValidationError("--to must name a directory, not be empty.") }
    }

    func run() throws {
        try explained {
            try DatasetFetch.run(name.dataset, to: to)
            return .success
        }
    }
}

/// A data set with a name and published files, unlike `idx`, the user's own images.
struct PublishedDataset: ExpressibleByArgument {
    let dataset: ImageDataset

    init?(argument: String) {
        guard let dataset = ImageDataset.all.first(where: { $0.name == argument }) else { return nil }
        self.dataset = dataset
    }

    static var allValueStrings: [String] { ImageDataset.all.map(\.name) }
}

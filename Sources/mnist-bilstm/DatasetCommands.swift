import ArgumentParser
import Commands
import Console
import Datasets
import Fetching
import Platform

struct DatasetCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasets",
        abstract: "Lists the data sets of MNIST's family, checks their files, downloads them.",
        discussion: """
            Without a command it lists. Examples:
              mnist-bilstm datasets
              mnist-bilstm datasets fetch fashion-mnist
              mnist-bilstm datasets verify mnist fashion-mnist

            Nothing is ever downloaded but by fetch.
            """,
        subcommands: [ListDatasets.self, VerifyDatasets.self, FetchDataset.self],
        defaultSubcommand: ListDatasets.self)
}

/// Where data sets are looked for.
struct DatasetsOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Where the directories of data sets are.", valueName: "directory"),
        completion: .directory)
    var root = "datasets"

    func validate() throws {
        guard !root.isEmpty else { throw ValidationError("--root must name a directory, not be empty.") }
    }
}

struct ListDatasets: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists data sets: what there is of them, and where to get them.",
        discussion: """
            Example: mnist-bilstm datasets list --json

            The files there are are read. State is verified (each is the published one), whole (undamaged, but of some \
            no SHA-256 is known), incomplete, damaged or absent.

            Exit codes: 0 done, 64 bad option.
            """)

    @OptionGroup var place: DatasetsOption

    @Flag(help: "Print a JSON array instead of tables.")
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
        commandName: "verify", abstract: "Compares the files of data sets with what was published.",
        discussion: """
            Example: mnist-bilstm datasets verify
                     mnist-bilstm datasets verify kmnist --data ~/torchvision

            Without a name it checks those of which there is something.

            Exit codes: 0 all are right, 64 bad option, 65 one is damaged, 66 one is not there, or not all of it.
            """)

    @Argument(
        help: ArgumentHelp("Data sets.", valueName: "name"),
        completion: .list(PublishedDataset.allValueStrings))
    var names: [PublishedDataset] = []

    @OptionGroup var place: DatasetsOption

    @Option(
        help: ArgumentHelp("Where the files of the one data set named are.", valueName: "directory"),
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
        commandName: "fetch", abstract: "Downloads the files of a data set that are not there.",
        discussion: """
            Example: mnist-bilstm datasets fetch fashion-mnist
                     mnist-bilstm datasets fetch emnist-letters --to /data/emnist

            curl or wget downloads, from each address in turn. A file gets its name only when its SHA-256 is right, or \
            that of what it unpacks to. Ctrl-C stops; what has arrived is kept, and the same command goes on with it. Of EMNIST one archive of 562 MB \
            is loaded and kept, for its other parts.

            Exit codes: 0 all files are there and right, 64 bad option, 65 damaged archive or a damaged file in the way, \
            69 nothing could be downloaded, 74 a file could not be written, 129 terminal closed, 130 Ctrl-C, 143 \
            SIGTERM, or 128 + n for another signal n.
            """)

    @Argument(
        help: ArgumentHelp("The data set.", valueName: "name"),
        completion: .list(PublishedDataset.allValueStrings))
    var name: PublishedDataset

    @Option(
        help: ArgumentHelp(
            "Where to put the files (default: the data set's directory below datasets).",
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

/// One that is published, unlike one's own images.
struct PublishedDataset: ExpressibleByArgument {
    let dataset: ImageDataset

    init?(argument: String) {
        guard let dataset = ImageDataset.all.first(where: { $0.name == argument }) else { return nil }
        self.dataset = dataset
    }

    static var allValueStrings: [String] { ImageDataset.all.map(\.name) }
}

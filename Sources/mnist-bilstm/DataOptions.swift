import ArgumentParser
import Commands
import Datasets
import ImageClassification

/// Which images, and where their files are.
struct DataOptions: RunArguments {
    typealias Options = ImageTraining.Options

    private static let defaults = Options()

    @Option(
        help: ArgumentHelp(
            """
            Which images: \(ImageDataset.allValueStrings.joined(separator: ", ")), the last being one's own, of any size \
            and classes, in files with MNIST's names (default: \(defaults.dataset.name), or the run's).
            """, valueName: "name"), completion: .list(ImageDataset.allValueStrings))
    var dataset: ImageDataset?

    @Option(
        help: ArgumentHelp(
            """
            Where the four files are, unpacked or as .gz, in it or where torchvision puts them below it (default: \
            \(defaults.data), or that of --dataset below datasets, or the run's).
            """, valueName: "directory"), completion: .directory)
    var data: String?
}

extension ImageDataset: ExpressibleByArgument {
    public init?(argument: String) {
        guard let dataset = ImageDataset.named(argument) else { return nil }
        self = dataset
    }

    public static var allValueStrings: [String] { (all + [idx]).map(\.name) }
}

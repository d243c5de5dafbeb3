import ArgumentParser
import Commands
import Datasets
import ImageClassification
import Runs

/// A group of options of a training on images.
package protocol ImageArguments: RunArguments where Options == ImageTraining.Options {}

/// The options of the data set and its directory.
package struct DataArguments: ImageArguments {
    package init() {}

    private static let defaults = Options()

    @Option(
        help: ArgumentHelp(
            """
            Data set; idx: your own images in files named like MNIST's, up to 256 classes (default: \
            \(defaults.dataset.name))
            """, valueName: "name"), completion: .list(DatasetArgument.allValueStrings))
    var dataset: DatasetArgument?

    @Option(
        help: ArgumentHelp(
            """
            Directory of the four files, unpacked or as .gz, or the directory that torchvision downloaded them to \
            (default: \(defaults.data), or the directory of --dataset in datasets)
            """, valueName: "directory"), completion: .directory)
    var data: String?
}

/// The options of the images for a model that is already trained.
package struct RunDataArguments: ImageArguments {
    package init() {}

    @Option(
        help: ArgumentHelp(
            """
            Data set of the images; idx: your own images in files named like MNIST's (default: the run's)
            """, valueName: "name"), completion: .list(DatasetArgument.allValueStrings))
    var dataset: DatasetArgument?

    @Option(
        help: ArgumentHelp(
            """
            Directory of the four files, unpacked or as .gz, or the directory that torchvision downloaded them to \
            (default: the run's or, with another --dataset, its directory in datasets)
            """, valueName: "directory"), completion: .directory)
    var data: String?
}

/// The name of a data set, or `idx` for the user's own images.
struct DatasetArgument: ExpressibleByArgument, OptionArgument {
    let dataset: ImageDataset

    var optionValue: any OptionValue { dataset }

    init?(argument: String) {
        guard let dataset = ImageDataset.named(argument) else { return nil }
        self.dataset = dataset
    }

    static var allValueStrings: [String] { (ImageDataset.all + [.idx]).map(\.name) }
}

import ArgumentParser
import Commands
import Console
import Datasets
import ImageClassification
import Platform
import Training

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what digits images show: test images, an IDX file, or PNG pictures.",
        discussion: """
            Example: mnist-bilstm predict --index 7
                     mnist-bilstm predict photo.png scan.png --polarity dark-on-light
                     mnist-bilstm predict --images t10k-images-idx3-ubyte.gz --labels t10k-labels-idx1-ubyte.gz --json

            A picture may have any colours, transparency and a size of up to \(PictureFile.pixelLimitText) pixels. The digit in it \
            is found, brought to the size, place and background that the run's training images have, and shown as the \
            model reads it. A picture that already lies as they do is only scaled; --as-is only scales every picture. \
            Pictures that cannot be read are named, and the others classified. With --json there is one object a line \
            for each image, with the keys index, label, notes, polarity, predicted, probability, probabilities (of 0 to \
            1) and source; what is not known is null. Of data sets whose classes have names there are label_name and \
            predicted_name, too. An image of --images is read as one of the run's data set, or of --dataset.

            Exit codes: 0 done, 64 bad option, 65 bad picture (one of several, too), data or checkpoint, 66 missing \
            file (one of several, too) or run, 71 not enough memory.
            """)

    @Argument(
        help: ArgumentHelp("PNG files.", valueName: "picture"), completion: .file(extensions: ["png"]))
    var pictures: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Which of the test images, or of those of --images: 7, or several as 7,9,12.",
            valueName: "numbers"))
    var index: [IndexList] = []

    @Option(
        help: ArgumentHelp("An IDX file of images, raw or .gz.", valueName: "file"), completion: .file())
    var images: String?

    @Option(
        help: ArgumentHelp("The IDX file of the labels of --images.", valueName: "file"),
        completion: .file())
    var labels: String?

    @Option(help: "Whether pictures have dark digits on light or light ones on dark (default: auto).")
    var polarity: DigitNormalizer.Polarity?

    @Flag(help: "Only scale pictures, which already look as the training images do.")
    var asIs = false

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp(
            "latest, the name of a run or sweep, or the path of a run, sweep or checkpoint.", valueName: "run"
        ),
        completion: .run)
    var name = "latest"

    @OptionGroup var choice: CheckpointOption

    @Flag(help: "Take the averaged weights of a training with --ema.")
    var averaged = false

    @Flag(help: "Print one JSON object a line for each image.")
    var json = false

    @Flag(inversion: .prefixedNo, help: "Whether to draw the digits (default: up to \(mostDrawn) of them).")
    var draw: Bool?

    @OptionGroup(title: "Places and threads") var places: PlaceOptions

    private static let mostDrawn = 8

    func validate() throws {
        guard !pictures.isEmpty || !index.isEmpty || images != nil else {
            throw ValidationError("Nothing to classify; give --index, --images or the paths of PNG files.")
        }
        for (option, isGiven) in [("--index", !index.isEmpty), ("--images", images != nil)]
        where isGiven && !pictures.isEmpty {
            throw ValidationError("\(option) and PNG files exclude each other; give one of them.")
        }
        try checkUse("--labels", labels != nil, of: "--images", images != nil)
        try checkUse("--polarity", polarity != nil, of: "PNG files", !pictures.isEmpty)
        try checkUse("--as-is", asIs, of: "PNG files", !pictures.isEmpty)
        guard polarity == nil || !asIs else {
            throw ValidationError("--polarity and --as-is exclude each other; give one of them.")
        }
        try checkUse(
            "--data", places.data != nil, of: "--index and without --images", !index.isEmpty && images == nil)
        try checkUse(
            "--dataset", places.dataset != nil, of: "--index or --images", !index.isEmpty || images != nil)
        guard draw == nil || !json else {
            throw ValidationError("--draw and --no-draw have no effect with --json.")
        }
    }

    private var input: ModelPrediction.Input {
        let indices = index.flatMap(\.numbers)
        if let images { return .file(images: images, labels: labels, indices: indices) }
        if !pictures.isEmpty {
            return asIs ? .preparedPictures(pictures) : .pictures(pictures, polarity ?? .automatic)
        }
        return .test(indices: indices, data: places.data)
    }

    func run() throws {
        try explained { console in
            let model = try choice.model(name, root: places.runs, averaged: averaged)
            let (images, failures) = try ModelPrediction(
                model, of: input, dataset: places.dataset, threads: places.usedThreads()
            ).run()
            if json {
                for image in images { console.print(result: try image.json()) }
            } else if !images.isEmpty {
                show(images, of: model, on: console)
            }
            try console.finish()
            if let failures { throw failures }
        }
    }

    private func show(_ images: [ClassifiedImage], of model: TrainedModel, on console: Console) {
        let isDrawn = draw ?? (images.count <= Self.mostDrawn)
        let text = PredictionText(
            for: console.terminal, guessesPolarity: (polarity ?? .automatic) == .automatic)
        console.print("Checkpoint: \(model.title)")
        for image in images {
            console.print(isDrawn ? "\n" + text.drawing(image) : text.line(image), isStyled: true)
        }
        if let tally = images.tally { console.print((isDrawn ? "\n" : "") + tally) }
    }
}

/// "7" or "7,9,12".
struct IndexList: ExpressibleByArgument {
    let numbers: [Int]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count else { return nil }
    }
}

extension DigitNormalizer.Polarity: ExpressibleByArgument {}

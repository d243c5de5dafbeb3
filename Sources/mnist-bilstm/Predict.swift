import ArgumentParser
import Commands
import Console
import Datasets
import ImageClassification
import ImageCommands
import Platform
import Runs
import Training

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Classify test images, an IDX file or PNG pictures.",
        discussion: """
            Example: mnist-bilstm predict --index 7
                     mnist-bilstm predict photo.png scan.png --polarity dark-on-light
                     mnist-bilstm predict --images images-idx3-ubyte.gz --json

            A picture may have any colours, transparency, and at most \(PictureFile.pixelLimitText) pixels. The digit in it is \
            found, brought to the size, position and background of the run's training images, and drawn as the model \
            reads it. A picture that already looks like a training image is only scaled. If some pictures cannot be \
            read, errors name them and the others are classified.

            --json prints one object per image and line, with the keys index, label, notes, polarity, predicted, \
            probability, probabilities (0 to 1) and source, and label_name and predicted_name if the classes have \
            names. Unknown values are null.

            Exit codes: 0 done, 64 bad option, 65 bad picture, data or checkpoint, 66 missing picture, data or run, 71 \
            not enough memory.
            """)

    @Argument(
        help: ArgumentHelp("PNG files to classify", valueName: "picture"),
        completion: .file(extensions: ["png"]))
    var pictures: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Index of a test image, or of an image of --images, for example 7 or 7,9,12; the first is 0",
            valueName: "numbers"))
    var index: [IndexList] = []

    @Option(
        help: ArgumentHelp("IDX file of images, unpacked or .gz", valueName: "file"), completion: .file())
    var images: String?

    @Option(
        help: ArgumentHelp("IDX file of the labels of --images", valueName: "file"),
        completion: .file())
    var labels: String?

    @Option(
        help: "Brightness of pictures: dark digits on a light background, or light on dark (default: auto)")
    var polarity: DigitNormalizer.Polarity?

    @Flag(help: "Only scale pictures; they already look like the training images")
    var asIs = false

    @OptionGroup var prediction: PredictionArguments<MNISTBiLSTM>

    @Flag(inversion: .prefixedNo, help: "Draw the images (default: if there are at most \(mostDrawn))")
    var draw: Bool?

    @OptionGroup(title: "Paths and threads") var places: RunLocationArguments

    private static let mostDrawn = 8

    func validate() throws {
        guard !pictures.isEmpty || !index.isEmpty || images != nil else {
            throw ValidationError("No images to classify: give --index, --images or the paths of PNG files.")
        }
        for (option, isGiven) in [("--index", !index.isEmpty), ("--images", images != nil)]
        where isGiven && !pictures.isEmpty {
            throw ValidationError("\(option) and PNG files cannot be combined; remove one of them.")
        }
        try checkUse("--labels", labels != nil, of: "--images", images != nil)
        try checkUse("--polarity", polarity != nil, of: "PNG files", !pictures.isEmpty)
        try checkUse("--as-is", asIs, of: "PNG files", !pictures.isEmpty)
        guard polarity == nil || !asIs else {
            throw ValidationError("--polarity and --as-is cannot be combined; remove one of them.")
        }
        try checkUse(
            "--data", places.data != nil, of: "--index and without --images", !index.isEmpty && images == nil)
        try checkUse(
            "--dataset", places.dataset != nil, of: "--index or --images", !index.isEmpty || images != nil)
        guard draw == nil || !prediction.json else {
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
            let runs = places.runs ?? RunDirectory.defaultRoot
            // Without a picture, the model is not needed.
            let mistaken = pictures.compactMap { NotAPictureError($0, runs: runs) }
            guard mistaken.isEmpty || mistaken.count < pictures.count else {
                throw PictureFailures(errors: mistaken)
            }
            let model = try prediction.model(in: places.runs)
            let (images, failures) = try ModelPrediction(
                model, of: input, dataset: places.dataset, threads: places.usedThreads(), runs: runs
            ).run()
            if prediction.json {
                for image in images { console.print(result: try image.json()) }
            } else if !images.isEmpty {
                show(images, of: model, on: console)
            }
            try console.finish()
            if let failures { throw failures }
        }
    }

    private func show(_ images: [ClassifiedImage], of model: ImageModel, on console: Console) {
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

/// A list of indices: "7" or "7,9,12".
struct IndexList: ExpressibleByArgument {
    let numbers: [Int]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count else { return nil }
    }
}

extension DigitNormalizer.Polarity: ExpressibleByArgument {}

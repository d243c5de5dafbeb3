import ArgumentParser
import Commands
import ImageClassification
import ImageCommands

struct Augment: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw the augmented versions of a training image.",
        discussion: """
            Example: mnist-bilstm augment --index 7 --out sheet.png
                     mnist-bilstm augment --index 7 --out sheet.png --augment affine
                     mnist-bilstm augment --index 7 --out sheet.png --recipe best

            The first image of the sheet, in a frame, is the original; the others are the augmented images of epochs 0, \
            1, 2 and so on of a run with this seed. Augmentation depends only on seed, epoch and image index.

            Exit codes: 0 done, 64 bad option, 65 bad data or recipe, 66 missing data or recipe, 71 not enough memory, \
            74 the file could not be written.
            """)

    @Option(parsing: .unconditional, help: "Index of the training image; the first is 0")
    var index: Int

    @Option(
        help: ArgumentHelp("PNG file to write", valueName: "file"),
        completion: .file(extensions: ["png"]))
    var out: String

    @Option(
        help: ArgumentHelp(
            "Recipe of the run: tutorial, best, or a JSON file such as a run's config.json",
            valueName: "recipe"),
        completion: .recipe)
    var recipe: String?

    @OptionGroup(title: "Augmentation") var augmentation: SheetAugmentationArguments

    @Option(parsing: .unconditional, help: "Random seed of the run (default: the recipe's, or 0)")
    var seed: UInt64?

    @Option(parsing: .unconditional, help: ArgumentHelp("Number of epochs to draw", valueName: "epochs"))
    var count = 31

    @OptionGroup(title: "Data") var images: DataArguments

    func validate() throws {
        try check("--count", count, 1...10_000)
        guard !out.isEmpty else { throw ValidationError("--out must name a file, not be empty.") }
    }

    func run() throws {
        try explained { console in
            var options = ImageTraining.Options()
            options.augment = SheetAugmentationArguments.preset
            if let recipe { options = try ImageTraining.Recipe(recipe).options }
            options = images.applied(to: augmentation.applied(to: options))
            options.seed = seed ?? options.seed
            let name = try AugmentationSheet.write(index: index, epochs: count, options, to: out)
            console.print(
                "\(out): image \(index) (\(name)), original and \(count) augmented \(count == 1 ? "image" : "images")"
            )
            console.print("Augmentation: \(options.augmentation.words) · seed \(options.seed)")
        }
    }
}

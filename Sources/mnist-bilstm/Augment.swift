import ArgumentParser
import Commands
import ImageClassification

struct Augment: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws a training image and what augmentation makes of it in the first epochs.",
        discussion: """
            Example: mnist-bilstm augment --index 7 --out sheet.png
                     mnist-bilstm augment --index 7 --out sheet.png --augment affine --augment-rotation 30
                     mnist-bilstm augment --index 7 --out sheet.png --recipe runs/latest/config.json
                     mnist-bilstm augment --index 7 --out sheet.png --dataset fashion-mnist

            The first picture of the sheet, framed, is the image as it is; the others are what a training of this seed \
            reads in its place, whatever images it holds out. Without a recipe or ranges they are those of --augment \
            elastic.

            Exit codes: 0 done, 64 bad option, 65 bad data or recipe, 66 missing data or recipe, 71 not enough memory, \
            74 the file could not be written.
            """)

    @Option(parsing: .unconditional, help: "Which of the training images, from 0 on.")
    var index: Int

    @Option(
        help: ArgumentHelp("The PNG file to write.", valueName: "file"),
        completion: .file(extensions: ["png"]))
    var out: String

    @Option(
        help: ArgumentHelp(
            "That of the training: best, or a file, as a run's config.json.", valueName: "recipe"),
        completion: .recipe)
    var recipe: String?

    @OptionGroup(title: "Augmentation") var augmentation: AugmentationOptions

    @Option(parsing: .unconditional, help: "That of the training (default: the recipe's, or 0).")
    var seed: UInt64?

    @Option(parsing: .unconditional, help: ArgumentHelp("How many epochs.", valueName: "epochs"))
    var count = 31

    @OptionGroup(title: "Images") var images: DataOptions

    func validate() throws {
        try check("--count", count, 1...10_000)
        guard !out.isEmpty else { throw ValidationError("--out must name a file, not be empty.") }
    }

    func run() throws {
        try explained { console in
            var options = ImageTraining.Options()
            options.augment = .elastic
            if let recipe { options = try ImageTraining.Recipe(recipe).options }
            options = images.applied(to: augmentation.applied(to: options))
            options.seed = seed ?? options.seed
            let name = try AugmentationSheet.write(index: index, epochs: count, options, to: out)
            console.print(
                "\(out): image \(index) (\(name)) and \(count) \(count == 1 ? "epoch" : "epochs") of it")
            console.print("Augmentation: \(options.augmentation.words) · seed \(options.seed)")
        }
    }
}

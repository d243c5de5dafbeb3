import ArgumentParser
import Commands
import Training

struct Augment: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws a training image and what augmentation makes of it in the first epochs.",
        discussion: """
            Example: mnist-bilstm augment --index 7 --out sheet.png
                     mnist-bilstm augment --index 7 --out sheet.png --augment affine --augment-rotation 30
                     mnist-bilstm augment --index 7 --out sheet.png --dataset fashion-mnist

            The first picture of the sheet, framed, is the image as it is; the others are what a training of this seed \
            reads in its place. Without other ranges they are those of --augment elastic.

            Exit codes: 0 done, 64 bad option, 65 bad data, 66 missing data, 74 the file could not be written.
            """)

    @Option(parsing: .unconditional, help: "Which of the training images, from 0 on.")
    var index: Int

    @Option(help: ArgumentHelp("The PNG file to write.", valueName: "file"))
    var out: String

    @OptionGroup(title: "Augmentation") var augmentation: AugmentationOptions

    @Option(parsing: .unconditional, help: "That of the training.")
    var seed: UInt64 = 0

    @Option(parsing: .unconditional, help: ArgumentHelp("How many epochs.", valueName: "epochs"))
    var count = 31

    @OptionGroup(title: "Images") var images: DataOptions

    func validate() throws {
        try check("--index", index, 0...(.max))
        try check("--count", count, 1...10_000)
        guard !out.isEmpty else { throw ValidationError("--out must name a file, not be empty.") }
    }

    func run() throws {
        try explained { console in
            var options = MNISTTraining.Options()
            options.augment = .elastic
            augmentation.apply(to: &options)
            options.seed = seed
            images.apply(to: &options)
            let label = try AugmentationSheet.write(index: index, epochs: count, options, to: out)
            console.print("\(out): image \(index), label \(label), and \(count) epochs of it")
            console.print("Augmentation: \(options.augmentation.words) · seed \(seed)")
        }
    }
}

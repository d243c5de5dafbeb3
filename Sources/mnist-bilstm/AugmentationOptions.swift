import ArgumentParser
import Commands
import ImageClassification

/// How far training changes the images it reads. What is not given is the recipe's, or that of the run that is resumed.
struct AugmentationOptions: RunArguments {
    typealias Options = ImageTraining.Options

    @Option(
        help: """
            Move and bend each training image anew in every epoch, by ranges that these names stand for and the options \
            below replace (default: \(ImageTraining.Options().augment.rawValue), and of the command augment elastic).
            """)
    var augment: ImageTraining.AugmentationName?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Shift by up to so many pixels, along each axis.", valueName: "pixels"))
    var augmentShift: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Turn by up to so many degrees, in either direction.", valueName: "degrees"))
    var augmentRotation: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Enlarge or shrink by up to this share of the size.", valueName: "share"))
    var augmentScale: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Slant by up to so many columns for each row.", valueName: "columns"))
    var augmentShear: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Bend smoothly, by displacements of this standard deviation.", valueName: "pixels"))
    var augmentElastic: Double?

}

extension ImageTraining.AugmentationName: ExpressibleByArgument {}

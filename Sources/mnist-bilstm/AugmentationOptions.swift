import ArgumentParser
import Commands
import ImageClassification

/// How far training changes the images it reads. What is not given is the recipe's, or that of the run that is resumed.
struct AugmentationOptions: ParsableArguments {
    @Option(
        help: """
            Move and bend each training image anew in every epoch, by ranges that these names stand for and the options \
            below replace (default: \(MNISTTraining.Options().augment.rawValue), and of the command augment elastic).
            """)
    var augment: MNISTTraining.AugmentationName?

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

    func validate() throws {
        try checkNotNegative("--augment-shift", augmentShift)
        try checkNotNegative("--augment-rotation", augmentRotation)
        try checkShare("--augment-scale", augmentScale)
        try checkNotNegative("--augment-shear", augmentShear)
        try checkNotNegative("--augment-elastic", augmentElastic)
    }

    func apply(to options: inout MNISTTraining.Options) {
        if let augment {
            options.augment = augment
            // A name stands for all ranges.
            (options.augmentShift, options.augmentRotation, options.augmentScale) = (nil, nil, nil)
            (options.augmentShear, options.augmentElastic) = (nil, nil)
        }
        options.augmentShift = augmentShift ?? options.augmentShift
        options.augmentRotation = augmentRotation ?? options.augmentRotation
        options.augmentScale = augmentScale ?? options.augmentScale
        options.augmentShear = augmentShear ?? options.augmentShear
        options.augmentElastic = augmentElastic ?? options.augmentElastic
    }
}

extension MNISTTraining.AugmentationName: ExpressibleByArgument {}

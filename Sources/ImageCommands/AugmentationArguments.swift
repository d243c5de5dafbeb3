import ArgumentParser
import Commands
import ImageClassification

/// The augmentation of training images. An option that is not given has the value of the recipe or of the resumed run.
package struct AugmentationArguments: ImageArguments {
    package init() {}

    @Option(
        help: """
            Augmentation: change each training image at random, differently in every epoch. The options below replace \
            the ranges of these presets (default: \(ImageTraining.Options().augment.rawValue))
            """)
    var augment: ImageTraining.AugmentationName?

    @OptionGroup var ranges: AugmentationRangeArguments
}

/// The ranges of augmentation for the command that draws augmented images, which needs some.
package struct SheetAugmentationArguments: ImageArguments {
    package init() {}

    package static let preset = ImageTraining.AugmentationName.elastic

    @Option(
        help: """
            Preset of the ranges; the options below replace some of them (default: \(preset.rawValue), or the recipe's)
            """)
    var augment: ImageTraining.AugmentationName?

    @OptionGroup var ranges: AugmentationRangeArguments
}

/// The ranges of augmentation, which replace the ranges of a preset.
package struct AugmentationRangeArguments: ImageArguments {
    package init() {}

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Maximum shift along each axis, in pixels", valueName: "pixels"))
    var augmentShift: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Maximum rotation in either direction, in degrees", valueName: "degrees"))
    var augmentRotation: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Maximum change of size as a fraction, below 1", valueName: "fraction"))
    var augmentScale: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Maximum shear, in columns per row", valueName: "columns"))
    var augmentShear: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Elastic distortion: standard deviation of the displacements, in pixels", valueName: "pixels"))
    var augmentElastic: Double?
}

extension ImageTraining.AugmentationName: ExpressibleByArgument {}

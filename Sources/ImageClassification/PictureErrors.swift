import Pictures
import Platform

/// A picture in which nothing stands out from the background.
package struct BlankPictureError: ReportedError, Equatable {
    package let path: String
    package let width: Int
    package let height: Int
    /// The contrast that was found, from 0 to 255.
    package let contrast: Int

    package var exitStatus: ExitStatus { .badData }

    package var description: String {
        "\(path): blank picture: expected a digit that differs from its background by at least "
            + "\(DigitNormalizer.leastContrast) of 255, found \(contrast) in \(width) x \(height) pixels; "
            + "give a picture with more contrast, or say whether it is dark on light or light on dark"
    }
}

extension PNGError: ReportedError {
    package var exitStatus: ExitStatus { .badData }
}

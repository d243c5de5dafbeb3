import Pictures
import Platform

/// The error that nothing in a picture stands out from the background.
package struct BlankPictureError: ReportedError, Equatable {
    package let path: String
    package let width: Int
    package let height: Int
    /// The measured contrast, from 0 to 255.
    package let contrast: Int

    package var exitStatus: ExitStatus { .badData }

    package var description: String {
        "\(path): blank picture: expected a digit that differs from its background by at least "
            + "\(DigitNormalizer.leastContrast) of 255, found \(contrast) in \(width) x \(height) pixels; "
            + "give a picture that shows a digit, with more contrast"
    }
}

extension PNGError: ReportedError {
    package var exitStatus: ExitStatus { .badData }
}

/// The pictures that could not be classified, each with its error.
package struct PictureFailures: ReportedError {
    package let errors: [any ReportedError]

    /// The status of missing files if there are no other failures.
    package var exitStatus: ExitStatus {
        errors.allSatisfy { $0.exitStatus == .missingInput } ? .missingInput : .badData
    }

    package var description: String { errors.map(\.description).joined(separator: "\nError: ") }
}

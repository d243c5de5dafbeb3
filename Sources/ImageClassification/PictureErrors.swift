import Console
import Pictures
import Platform
import Runs

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

/// The error that something other than a file is given as a picture.
package struct NotAPictureError: ReportedError, Equatable {
    package enum Kind: Equatable, Sendable {
        /// A number, which may be the index of an image.
        case number
        case run
        case directory(hasPictures: Bool)
    }

    package let path: String
    package let kind: Kind

    package var exitStatus: ExitStatus { .missingInput }

    package var description: String {
        switch kind {
        case .number:
            "\(path): expected a PNG file, found a number; to classify the test image with this index: --index \(path)"
        case .run:
            "\(path.printableLine): expected a PNG file, found a run; to use its model: "
                + ShellWords.quoted(["--run", path])
        case .directory(let hasPictures):
            "\(path.printableLine): expected a PNG file, found a directory; give "
                + (hasPictures
                    ? "its pictures: \(ShellWords.quoted([FilePath.withoutSlashAtEnd(path)]))/*.png"
                    : "the paths of PNG files, because the directory has none")
        }
    }

    /// Returns the error; nil if the path may be a picture's.
    ///
    /// - Parameters:
    ///   - path: The path that is given as a picture.
    ///   - runs: The directory of the runs.
    package init?(_ path: String, runs: String) {
        self.path = path
        guard let kind = try? POSIX.kind(at: path, followingLinks: true) else {
            if Int(path) != nil {
                self.kind = .number
            } else if (try? RunDirectory.find(path, root: runs)) != nil {
                self.kind = .run
            } else {
                return nil
            }
            return
        }
        guard kind == .directory else { return nil }
        if (try? RunDirectory.find(path, root: runs)) != nil {
            self.kind = .run
        } else {
            let names = (try? POSIX.names(in: path)) ?? []
            self.kind = .directory(hasPictures: names.contains { $0.hasSuffix(".png") })
        }
    }
}

extension PNGError: ReportedError {
    package var exitStatus: ExitStatus { .badData }
}

/// The pictures that could not be classified, each with its error.
package struct PictureFailures: ReportedError {
    package let errors: [any ReportedError]

    package init(errors: [any ReportedError]) { self.errors = errors }

    /// The status of missing files if there are no other failures.
    package var exitStatus: ExitStatus {
        errors.allSatisfy { $0.exitStatus == .missingInput } ? .missingInput : .badData
    }

    package var description: String { errors.map(\.description).joined(separator: "\nError: ") }
}

import Foundation

/// Files of this repository that tests read.
package enum Repository {
    package static let url = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Returns the path of a file that is relative to the top of the repository.
    package static func path(_ name: String) -> String { url.appending(path: name).path }
}

/// The fixtures written by PyTorch; `index.json` describes them.
package enum Fixtures {
    package static let url = Bundle.module.resourceURL!.appending(path: "Fixtures")

    package static func path(_ name: String) -> String { url.appending(path: name).path }
}

import Foundation

/// Files of this repository that tests read.
package enum Repository {
    package static let url = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The path of a file, given from the top of the repository.
    package static func path(_ name: String) -> String { url.appending(path: name).path }
}

/// The files that PyTorch wrote; `index.json` says how.
package enum Fixtures {
    package static let url = Bundle.module.resourceURL!.appending(path: "Fixtures")

    package static func path(_ name: String) -> String { url.appending(path: name).path }
}

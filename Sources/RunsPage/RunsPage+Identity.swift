import Platform

/// Tells programs on this machine which directory a page shows.
extension RunsPage {
    /// The field in the header of the answer to `/` that has the ``identity(of:)``.
    package static let identityField = "X-Runs-Page"

    /// Returns a text that is the same for all paths of a directory, and another for each directory; nil if there is none.
    package static func identity(of root: String) -> String? { FileIdentity(path: root)?.digest }
}

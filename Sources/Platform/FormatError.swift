/// An error in the content of a file.
package struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    /// The place in the file, the expected content and the found content.
    package let reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { "\(path.printableLine): \(reason)" }
}

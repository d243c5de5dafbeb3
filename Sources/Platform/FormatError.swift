/// A file whose content is not what it should be.
package struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    /// Where in the file, what was expected and what was found.
    package let reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { "\(path.printableLine): \(reason)" }
}

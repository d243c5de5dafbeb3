/// The name of a sample for people.
package enum SampleName: String, Sendable {
    case image, sequence, character

    /// The name of several samples.
    package var plural: String { rawValue + "s" }
    /// The name at the beginning of a sentence.
    package var capitalized: String { plural.prefix(1).uppercased() + plural.dropFirst() }
}

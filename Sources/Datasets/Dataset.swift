/// A finite collection of samples that can be read in any order. ``DataLoader`` divides it into batches.
public protocol Dataset: Sendable {
    /// One element of the data set, such as an image with its label.
    associatedtype Sample

    /// The number of samples.
    var count: Int { get }

    /// The sample at `index`, which is in 0 ..< count.
    subscript(index: Int) -> Sample { get }
}

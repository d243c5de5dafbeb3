/// A finite collection of samples that can be fetched in any order: all that a `DataLoader` asks for.
public protocol Dataset: Sendable {
    associatedtype Sample

    /// The number of samples.
    var count: Int { get }

    /// The sample at `index`, in 0 ..< count.
    subscript(index: Int) -> Sample { get }
}

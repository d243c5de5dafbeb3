import Synchronization

/// A block that may be computed when it is first read.
protocol LaneSource: AnyObject, Sendable {
    var block: LaneBlock { get }
}

/// The elements of a tensor in lanes. They are copied to an array when they are first read.
@usableFromInline
final class LaneElements: Sendable {
    let order: LaneOrder
    let places: LanePlaces
    private let source: any LaneSource
    private let copy = AtomicLazyReference<Copy>()

    private final class Copy: Sendable {
        let elements: [Float]
        init(_ elements: [Float]) { self.elements = elements }
    }

    private final class Constant: LaneSource {
        let block: LaneBlock
        init(_ block: LaneBlock) { self.block = block }
    }

    /// Creates elements that `source` computes when they are first read.
    init(_ source: any LaneSource, order: LaneOrder, places: LanePlaces) {
        self.source = source
        self.order = order
        self.places = places
    }

    convenience init(_ block: LaneBlock) {
        self.init(Constant(block), order: block.order, places: block.places)
    }

    var block: LaneBlock { source.block }

    /// The elements in row-major order. Any thread may read them.
    @usableFromInline
    var elements: [Float] {
        (copy.load() ?? copy.storeIfNil(Copy(block.elements))).elements
    }
}

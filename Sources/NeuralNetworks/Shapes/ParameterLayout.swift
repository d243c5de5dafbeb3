import Platform

/// A named array among a model's parameters: its PyTorch name, its shape and its offset in the flat buffer of all
/// parameters.
public struct Parameter: Hashable, Sendable {
    /// PyTorch's name, as in a `state_dict`: `weight_ih_l0`.
    public let name: String
    /// The size of each dimension.
    public let shape: [Int]
    /// The index of the first number in the flat buffer.
    package let offset: Int

    /// The number of floats: the product of `shape`.
    package var count: Int { shape.reduce(1, *) }
    /// The indices in the flat buffer.
    public var range: Range<Int> { offset..<(offset + count) }
}

/// The layout of a model's parameters in their flat buffer: one after the other, in PyTorch's order.
public struct ParameterLayout: Hashable, Sendable {
    /// The parameters in the order of the buffer.
    public private(set) var parameters: [Parameter] = []
    /// The number of floats of all parameters together.
    public private(set) var count = 0

    /// Creates a layout without parameters.
    public init() {}

    /// Adds a parameter after the last one and returns the index of its first number. A name that is already used
    /// traps.
    @discardableResult
    public mutating func append(_ name: String, shape: [Int]) -> Int {
        let parameter = Parameter(name: name, shape: shape, offset: count)
        precondition(!parameters.contains { $0.name == name }, "two parameters named \(name)")
        parameters.append(parameter)
        count += parameter.count
        return parameter.offset
    }

    /// The parameter with this name, or nil.
    public subscript(name: String) -> Parameter? { parameters.first { $0.name == name } }
}

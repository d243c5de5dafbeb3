/// A named array of a model's parameters: its PyTorch name, its shape, and where it lies in the flat buffer
/// that holds them all.
public struct Parameter: Hashable, Sendable {
    public let name: String
    public let shape: [Int]
    package let offset: Int

    public var count: Int { shape.reduce(1, *) }
    public var range: Range<Int> { offset..<(offset + count) }
}

/// All parameters of a model, one after the other, in PyTorch's order.
public struct ParameterLayout: Hashable, Sendable {
    public private(set) var parameters: [Parameter] = []
    public private(set) var count = 0

    public init() {}

    /// Adds an array after the last one and returns its offset.
    @discardableResult
    public mutating func append(_ name: String, shape: [Int]) -> Int {
        let parameter = Parameter(name: name, shape: shape, offset: count)
        precondition(!parameters.contains { $0.name == name }, "two parameters named \(name)")
        parameters.append(parameter)
        count += parameter.count
        return parameter.offset
    }

    public subscript(name: String) -> Parameter? { parameters.first { $0.name == name } }
}

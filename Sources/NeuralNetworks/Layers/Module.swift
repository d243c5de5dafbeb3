/// Something with parameters and gradients by them: what an optimizer works on.
public protocol Module: AnyObject {
    /// Names, shapes and places of the parameters.
    var layout: ParameterLayout { get }
    /// Written freely between two calls.
    var parameters: FloatBuffer { get }
    /// What `backward` adds to; an optimizer's step reads it and sets it to zero.
    var gradients: FloatBuffer { get }
}

extension Module {
    /// The numbers of one parameter.
    public subscript(name: String) -> Tensor {
        get { tensor(name, in: parameters) }
        set {
            let parameter = parameter(name)
            precondition(
                newValue.shape == parameter.shape,
                "\(name): received \(newValue.shape), expected \(parameter.shape)")
            for (index, number) in newValue.elements.enumerated() {
                parameters.base[parameter.offset + index] = number
            }
        }
    }

    /// The gradient by one parameter.
    public func gradient(of name: String) -> Tensor { tensor(name, in: gradients) }

    private func tensor(_ name: String, in buffer: FloatBuffer) -> Tensor {
        let parameter = parameter(name)
        return Tensor(shape: parameter.shape, Array(buffer.elements[parameter.range]))
    }

    private func parameter(_ name: String) -> Parameter {
        guard let parameter = layout[name] else {
            preconditionFailure(
                "no parameter \(name); there are \(layout.parameters.map(\.name).joined(separator: ", "))")
        }
        return parameter
    }

    public func zeroGradients() { gradients.base.clear(count: gradients.count) }
}

import Platform

/// A layer with parameters and their gradients, which an optimizer updates.
public protocol Module: AnyObject {
    /// The names, shapes and places of the parameters.
    var layout: ParameterLayout { get }
    /// The parameters, as many as `layout.count`. They may be written freely between two calls of the layer.
    var parameters: FloatBuffer { get }
    /// The gradients of the parameters, in the same layout. `backward` adds to them; `Optimization.step` reads them
    /// and sets them to zero.
    var gradients: FloatBuffer { get }
}

extension Module {
    /// The values of a parameter, in its shape. An unknown name, or a tensor of another shape, traps.
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

    /// Returns the gradient of a parameter, in its shape. An unknown name traps.
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

    /// Sets all gradients to zero.
    public func zeroGradients() { gradients.base.clear(count: gradients.count) }
}

import NeuralNetworks

extension RecurrentCell {
    /// The name of ONNX's operator, which computes all steps of one layer in one or two directions.
    var onnxOperator: String { family }

    /// For each gate in the order of ONNX, its index in the order of PyTorch: i, o, f, c of i, f, g, o in an LSTM; z, r, h
    /// of r, z, n in a GRU.
    var onnxGates: [Int] {
        switch self {
        case .rnnTanh, .rnnReLU: [0]
        case .lstm: [0, 3, 1, 2]
        case .gru, .gruResetBefore: [1, 0, 2]
        }
    }

    /// Returns rows of gates, which are in the order of PyTorch, in the order of ONNX.
    ///
    /// - Parameter values: [gates · H][columns], with any number of columns.
    func inONNXOrder(_ values: ArraySlice<Float>) -> [Float] {
        let size = values.count / gates
        return onnxGates.flatMap { values[(values.startIndex + $0 * size)...].prefix(size) }
    }

    /// Returns rows of gates, which are in the order of ONNX, in the order of PyTorch.
    func inPyTorchOrder(_ values: ArraySlice<Float>) -> [Float] {
        let size = values.count / gates
        return (0..<gates).flatMap { gate in
            values[(values.startIndex + onnxGates.firstIndex(of: gate)! * size)...].prefix(size)
        }
    }
}

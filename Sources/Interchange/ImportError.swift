import Platform

/// The error that the tensors of a file are not a model of recurrent layers and one linear layer.
package struct ImportError: ReportedError, Hashable {
    package enum Problem: Hashable, Sendable {
        /// A directory, a FIFO or a device.
        case notAFile(found: String)
        /// Neither safetensors, nor torch.save, nor ONNX.
        case otherKind(found: String)
        /// No tensor has a name such as `weight_ih_l0`.
        case noRecurrentLayers(found: String)
        case severalRecurrentLayers(String)
        case projection(String)
        case cells(String)
        case noLinearLayer(found: String)
        case severalLayers(String)
        case rows(found: String)
        case size(found: String)
        case misfit(missing: String, leftOver: String, otherShape: String)
        case readout(expected: String, found: String)
        /// The linear layer reads no multiple of the output size.
        case features(of: Int, found: Int)
        case activation(found: String)
        case notFinite(String)
        /// An option about a fact that the file shows.
        case shownByFile(String)
        case steps(expected: Int, found: Int)
    }

    package let path: String
    package let problem: Problem

    package var exitStatus: ExitStatus { .badData }

    package var description: String { "\(path.printableLine): \(text)" }

    private var text: String {
        switch problem {
        case .notAFile(let found):
            "not a file: expected a safetensors file, a file of torch.save or an ONNX file, found \(found); give the path of "
                + "a file"
        case .otherKind(let found):
            "not a file of a model: expected a safetensors file, a file of torch.save or an ONNX file, found \(found); save "
                + "the weights in Python by torch.save(model.state_dict(), \"model.pt\"), or copy or download the file "
                + "again if it is damaged"
        case .noRecurrentLayers(let found):
            "no recurrent layer: expected tensors such as \"lstm.weight_ih_l0\", found \(found); give the weights of a model "
                + "with torch.nn.RNN, LSTM or GRU"
        case .severalRecurrentLayers(let names):
            "several recurrent layers: expected one torch.nn.RNN, LSTM or GRU with num_layers, found \(names); save the "
                + "weights of one of them"
        case .projection(let names):
            "an LSTM with projections (proj_size): expected none, found \(names); train it without proj_size"
        case .cells(let names):
            "cells of single steps: expected the layers of torch.nn.RNN, LSTM or GRU, found \(names); rename each tensor in "
                + "Python, with _l0 at its end"
        case .noLinearLayer(let found):
            "no linear layer: expected a weight (classes, features) and a bias, found \(found); save the weights of the whole "
                + "model"
        case .severalLayers(let names):
            "other layers: expected recurrent layers and one linear layer, found also \(names); save the weights of these two "
                + "parts alone"
        case .rows(let found):
            "a wrong number of rows: expected 4 × hidden (LSTM), 3 × hidden (GRU) or hidden (RNN) in weight_hh_l0, found "
                + "\(found); save the weights again"
        case .size(let found):
            "too large or empty: expected sizes of 1 to 65,536, found \(found); give the weights of a smaller model"
        case .misfit(let missing, let leftOver, let otherShape):
            [
                "the tensors do not fit together",
                missing.isEmpty ? "" : "missing: \(missing)",
                leftOver.isEmpty ? "" : "left over: \(leftOver)",
                otherShape.isEmpty ? "" : "of another shape: \(otherShape)",
                "save the state_dict of one model",
            ].filter { !$0.isEmpty }.joined(separator: "; ")
        case .readout(let expected, let found):
            "the linear layer does not fit the readout: expected \(expected), found \(found); give another --readout or --rows"
        case .features(let size, let found):
            "the linear layer does not fit the recurrent layers: expected a multiple of \(size) features, found \(found); "
                + "give the weights of a model whose linear layer reads the outputs of its recurrent layers"
        case .activation(let found):
            "--activation has an effect only with an RNN: expected no --activation, found \(found); remove the option"
        case .shownByFile(let option):
            "the file shows this itself: expected no \(option), found it; remove the option"
        case .steps(let expected, let found):
            "a model of sequences of another length: expected \(expected), found --rows \(found); remove the option"
        case .notFinite(let name):
            "expected finite weights, found NaN or infinity in \(name.quoted); give other weights"
        }
    }
}

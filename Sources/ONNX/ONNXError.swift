import Platform

/// The error that a file is not an ONNX model, or not one that can be read.
package struct ONNXError: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    /// The place in the file, in bytes from its beginning.
    package let offset: Int
    package let problem: Problem
    package let expected: String
    package let found: String

    package init(path: String, offset: Int, problem: Problem, expected: String, found: String) {
        self.path = path
        self.offset = offset
        self.problem = problem
        self.expected = expected
        self.found = found
    }

    package var description: String {
        "\(path.printableLine): byte \(offset): \(problem.text): expected \(expected), found \(found); "
            + problem.remedy
    }

    /// A kind of error, with an instruction for the user.
    package struct Problem: Hashable, Sendable {
        let text: String
        let remedy: String

        package init(_ text: String, remedy: String) {
            self.text = text
            self.remedy = remedy
        }

        /// The bytes are not an ONNX model.
        package static let damaged = Problem(
            "not an ONNX model, or a damaged one",
            remedy: "give the path of an ONNX file; if it is one, copy or download it again")
        /// The file has too many parts.
        package static let tooLarge = Problem(
            "too many parts in the file",
            remedy: "give the file of one recurrent network and its linear layer")
        /// Weights are in another file.
        package static let externalData = Problem(
            "weights in another file",
            remedy: "store all weights in the ONNX file: in Python, onnx.save(onnx.load(path), new_path)")
    }
}

extension ONNXError: ReportedError {
    package var exitStatus: ExitStatus { .badData }
}

@testable import TensorBoard

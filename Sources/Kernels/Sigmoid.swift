/// Applies the sigmoid to outputs, in place.
enum Sigmoid {
    static func run(_ values: UnsafeMutablePointer<Float>, count: Int) {
        for first in stride(from: 0, to: count, by: vectorWidth) {
            storeVector(sigmoid(loadVector(values, first)), values, first)
        }
    }
}

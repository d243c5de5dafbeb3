/// An array that is filled and returned by each call of a function, without an allocation as long as the caller keeps none
/// of the results. An array that the caller keeps is left to it and never changes.
struct ReusedArray {
    private var elements: [Float] = []

    /// Returns an array of the numbers at a place.
    mutating func copy(_ numbers: UnsafeBufferPointer<Float>) -> [Float] {
        // This keeps the memory only if nobody else has the array.
        elements.removeAll(keepingCapacity: true)
        elements.append(contentsOf: numbers)
        return elements
    }
}

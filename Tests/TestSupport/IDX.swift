/// Returns the header of an IDX file.
package func idxHeader(type: UInt8, shape: [UInt32]) -> [UInt8] {
    [0, 0, type, UInt8(shape.count)] + shape.flatMap(bigEndian)
}

/// Returns a whole IDX file of bytes.
package func idx(_ elements: [UInt8], shape: [UInt32]) -> [UInt8] {
    idxHeader(type: 0x08, shape: shape) + elements
}

package func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}

/// An error in a PNG file, with its place and a remedy.
package struct PNGError: Error, Equatable, Sendable {
    /// The kinds of errors.
    package enum Problem: String, Sendable, CaseIterable {
        case notPNG = "not a PNG file"
        case empty = "empty file"
        case truncated = "truncated"
        case tooManyChunks = "too many chunks"
        case invalidChunk = "invalid chunk"
        case wrongChecksum = "wrong CRC-32"
        case wrongOrder = "chunk in the wrong place"
        case unknownCriticalChunk = "unknown critical chunk"
        case invalidHeader = "invalid header"
        case tooLarge = "too large"
        case invalidPalette = "invalid palette"
        case invalidTransparency = "invalid transparency"
        case damagedData = "damaged zlib stream"
        case tooLittleData = "too little image data"
        case tooMuchData = "too much image data"
        case invalidFilter = "invalid filter"
        case colorNotInPalette = "colour not in the palette"
    }

    package let path: String
    package let problem: Problem
    /// The offset of the byte, from 0, where reading stopped.
    package let offset: Int
    package let expected: String
    package let found: String
    /// The remedy for this file; nil for the general remedy of the problem.
    package var remedy: String?
}

extension PNGError: CustomStringConvertible {
    package var description: String {
        "\(path): \(problem.rawValue) at byte \(offset): expected \(expected), found \(found); "
            + (remedy ?? problem.remedy)
    }
}

extension PNGError.Problem {
    fileprivate var remedy: String {
        switch self {
        case .notPNG: "give a PNG picture; if an image viewer opens the file, save it from there as PNG"
        case .tooLarge: "make the picture smaller"
        case .unknownCriticalChunk, .tooManyChunks: "save the picture as PNG with another program"
        default: "get the file again, or save the picture again"
        }
    }
}

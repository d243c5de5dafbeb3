import Datasets
import Platform
import Runs

extension LabeledImages {
    /// Returns the SHA-256 of the images and of their labels as IDX files: for MNIST, the digests of the unpacked files.
    ///
    /// - Parameters:
    ///   - parts: The whole set, or the parts into which it was split.
    ///   - name: The name of the set, with which the roles begin.
    static func contents(of parts: [LabeledImages], as name: String) -> [Receipt.Content] {
        let count = parts.reduce(0) { $0 + $1.count }
        guard let first = parts.first else { return [] }
        // The place of each image of the set.
        var places = [(part: Int, index: Int)](repeating: (0, 0), count: count)
        for (number, part) in parts.enumerated() {
            for index in 0..<part.count {
                places[part.origins.map { Int($0[index]) } ?? index] = (number, index)
            }
        }
        let size = first.rows * first.columns
        let views = parts.map(\.pixels)
        var images = SHA256()
        images.update(idxHeader([count, first.rows, first.columns]))
        for place in places {
            views[place.part].withUnsafeBufferPointer {
                let pixels = $0[place.index * size..<(place.index + 1) * size]
                images.update(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: pixels)))
            }
        }
        var labels = SHA256()
        labels.update(idxHeader([count]))
        labels.update(places.map { parts[$0.part].labels[$0.index] })
        return [
            Receipt.Content("\(name)_images", sha256: images.hexDigest),
            Receipt.Content("\(name)_labels", sha256: labels.hexDigest),
        ]
    }

    /// Returns the first bytes of an IDX file of unsigned bytes.
    private static func idxHeader(_ shape: [Int]) -> [UInt8] {
        [0, 0, 8, UInt8(shape.count)]
            + shape.flatMap { withUnsafeBytes(of: UInt32(truncatingIfNeeded: $0).bigEndian, Array.init) }
    }
}

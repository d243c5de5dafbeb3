/// The classes of images.
package struct ImageLabels {
    /// The class of each image, one byte each, from 0.
    let storage: ByteStorage
    let classCount: Int
}

extension IDXFile {
    /// Returns the classes in a file of labels. It is uint8 of shape [count], as in most of the MNIST family, or int32
    /// of shape [count] or [count, columns] with the class in the first column, as in QMNIST.
    ///
    /// - Parameters:
    ///   - images: The images to which the labels belong.
    ///   - classCount: The number of classes, 1 to 256; if nil, it is the greatest label + 1.
    ///   - firstLabel: The label of class 0.
    /// - Throws: `DatasetError.invalid` for a file with other content, and for a label outside the classes.
    package func labels(of images: IDXFile, classCount: Int?, firstLabel: Int) throws(DatasetError)
        -> ImageLabels
    {
        try header.checkLabels(of: images.header)
        return elementType == .uint8
            ? try classes(of: UInt8.self, classCount, firstLabel)
            : try classes(of: Int32.self, classCount, firstLabel)
    }

    /// Returns the classes, in the memory of the labels if they are equal.
    private func classes<Label: IDXElement & BinaryInteger>(
        of type: Label.Type, _ classCount: Int?, _ firstLabel: Int
    ) throws(DatasetError) -> ImageLabels {
        let isCopied = Label.self != UInt8.self || firstLabel != 0
        let target = isCopied ? try memory(byteCount: shape[0]) : storage
        let limit = classCount ?? 256
        let columns = shape.count == 2 ? shape[1] : 1
        let (source, classes) = (storage.elements(of: Label.self), target.bytes)
        var greatest = 0
        // A plain loop: generic algorithms are slow in debug builds, and this runs before training.
        for index in 0..<shape[0] {
            let label = Int(source[index * columns])
            let number = label - firstLabel
            guard number >= 0 && number < limit else {
                throw header.invalid(
                    .labelOutOfRange, at: 4 + 4 * shape.count + index * columns * elementType.size,
                    expected: firstLabel == 0
                        ? "a label below \(limit)"
                        : "a label from \(firstLabel) to \(firstLabel + limit - 1)",
                    found: "\(label)")
            }
            if number > greatest { greatest = number }
            if isCopied { classes[index] = UInt8(number) }
        }
        return withExtendedLifetime(target) {
            ImageLabels(storage: target, classCount: classCount ?? greatest + 1)
        }
    }

    /// Returns a copy of the images with rows and columns exchanged.
    func transposedImages(rows: Int, columns: Int) throws(DatasetError) -> ByteStorage {
        let target = try memory(byteCount: storage.bytes.count)
        let size = rows * columns
        for image in 0..<shape[0] {
            let source = storage.bytes.baseAddress! + image * size
            let transposed = target.bytes.baseAddress! + image * size
            for row in 0..<rows {
                for column in 0..<columns {
                    transposed.storeBytes(
                        of: source.load(fromByteOffset: row * columns + column, as: UInt8.self),
                        toByteOffset: column * rows + row, as: UInt8.self)
                }
            }
        }
        return target
    }

    private func memory(byteCount: Int) throws(DatasetError) -> ByteStorage {
        guard let storage = ByteStorage(byteCount: byteCount) else {
            throw .noMemory(file: path, bytes: byteCount)
        }
        return storage
    }
}

import Platform

/// The header of a safetensors file: the tensors and the metadata. The elements of the tensors must fill the file from
/// the end of the header to the end of the file, without gaps and overlaps, and must match types and shapes.
struct SafetensorsHeader: Sendable {
    /// The greatest length in bytes, as in the reference implementation.
    static let longest = 100_000_000

    private(set) var metadata: [String: String] = [:]
    /// The tensors, in the order of their elements in the file.
    private(set) var tensors: [SafetensorsFile.Tensor] = []

    /// Returns the length of the header in bytes, from the first eight bytes of the file.
    static func length(
        prefix: [UInt8], fileLength: Int, path: String
    ) throws(SafetensorsError) -> Int {
        func error(_ reason: SafetensorsError.Reason, expected: String, found: String) -> SafetensorsError {
            SafetensorsError(path: path, offset: 0, reason: reason, expected: expected, found: found)
        }
        guard prefix.count == 8, fileLength >= 8 else {
            throw error(.fileTooShort, expected: "at least 8 bytes", found: "\(prefix.count)")
        }
        let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(longest) else {
            throw error(.headerTooLong, expected: "at most \(longest) bytes", found: "\(length)")
        }
        guard Int(length) <= fileLength - 8 else {
            throw error(
                .headerBeyondEnd, expected: "at most the \(fileLength - 8) bytes that follow",
                found: "\(length)")
        }
        return Int(length)
    }

    /// - Parameters:
    ///   - bytes: The header, without its length.
    ///   - fileLength: The length of the whole file in bytes.
    ///   - path: The path of the file, for errors.
    init(_ bytes: [UInt8], fileLength: Int, path: String) throws(SafetensorsError) {
        var scanner = SafetensorsScanner(bytes, path: path)
        guard bytes.first == UInt8(ascii: "{") else {
            let found = bytes.first.map { "byte \($0)" } ?? "an empty header"
            throw scanner.error(.headerStart, expected: "'{'", found: found)
        }
        let dataStart = SafetensorsScanner.start + bytes.count
        var found: [(tensor: SafetensorsFile.Tensor, offset: Int)] = []
        var metadata: [String: String] = [:]
        try scanner.object { (scanner, key, keyOffset) throws(SafetensorsError) in
            if key == "__metadata__" {
                try scanner.object { (scanner, key, keyOffset) throws(SafetensorsError) in
                    // Keys with the same letters in different bytes would be equal in a dictionary.
                    guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
                        throw scanner.error(
                            .duplicateKey, at: keyOffset, expected: "each key once",
                            found: "\(key.quoted) again")
                    }
                }
            } else {
                let tensor = try Self.tensor(
                    key, at: keyOffset, dataStart: dataStart, fileLength: fileLength, &scanner)
                found.append((tensor, keyOffset))
            }
        }
        try scanner.end()

        found.sort {
            ($0.tensor.bytes.lowerBound, $0.tensor.bytes.upperBound, $0.offset)
                < ($1.tensor.bytes.lowerBound, $1.tensor.bytes.upperBound, $1.offset)
        }
        var end = dataStart
        for (tensor, offset) in found {
            guard tensor.bytes.lowerBound == end else {
                throw scanner.error(
                    tensor.bytes.lowerBound > end ? .gap : .overlap, at: offset,
                    expected: "\(tensor.name.quoted) to begin at byte \(end)",
                    found: "\(tensor.bytes.lowerBound)")
            }
            end = tensor.bytes.upperBound
        }
        guard end == fileLength else {
            throw scanner.error(
                .dataLength, at: end, expected: "a file of \(end) bytes", found: "\(fileLength)")
        }
        self.metadata = metadata
        tensors = found.map(\.tensor)
    }

    private static func tensor(
        _ name: String, at nameOffset: Int, dataStart: Int, fileLength: Int,
        _ scanner: inout SafetensorsScanner
    ) throws(SafetensorsError) -> SafetensorsFile.Tensor {
        var type: SafetensorsType?
        var shape: [Int]?
        var offsets: (values: [Int], at: Int)?
        try scanner.object { (scanner, key, keyOffset) throws(SafetensorsError) in
            switch key {
            case "dtype": type = SafetensorsType(rawValue: try scanner.string())
            case "shape": shape = try scanner.naturals()
            case "data_offsets": offsets = (try scanner.naturals(), keyOffset)
            default:
                throw scanner.error(
                    .unknownField, at: keyOffset, expected: "dtype, shape or data_offsets",
                    found: key.quoted)
            }
        }
        guard let type, let shape, let offsets else {
            let missing = type == nil ? "dtype" : shape == nil ? "shape" : "data_offsets"
            throw scanner.error(
                .missingField, at: nameOffset, expected: "dtype, shape and data_offsets",
                found: "no \(missing)")
        }
        let dataLength = fileLength - dataStart
        guard offsets.values.count == 2, offsets.values[0] <= offsets.values[1],
            offsets.values[1] <= dataLength
        else {
            throw scanner.error(
                .offsets, at: offsets.at, expected: "[begin, end] with begin <= end <= \(dataLength)",
                found: "\(offsets.values)")
        }
        let bytes = dataStart + offsets.values[0]..<dataStart + offsets.values[1]
        if let bitWidth = type.bitWidth {
            try check(bytes.count, shape: shape, bitWidth: bitWidth, name: name, at: nameOffset, scanner)
        }
        return SafetensorsFile.Tensor(name: name, type: type, shape: shape, bytes: bytes)
    }

    private static func check(
        _ byteCount: Int, shape: [Int], bitWidth: Int, name: String, at offset: Int,
        _ scanner: SafetensorsScanner
    ) throws(SafetensorsError) {
        var bits = bitWidth
        for size in shape {
            let (product, overflowed) = bits.multipliedReportingOverflow(by: size)
            guard !overflowed else {
                throw scanner.error(
                    .sizeOverflow, at: offset,
                    expected: "\(name.quoted) to have fewer than 2^63 bits",
                    found: "shape \(shape)")
            }
            bits = product
        }
        guard bits % 8 == 0, bits / 8 == byteCount else {
            throw scanner.error(
                .size, at: offset,
                expected: "\(name.quoted) of shape \(shape) to have \(bitWidth) bits an element",
                found: "\(byteCount) bytes")
        }
    }
}

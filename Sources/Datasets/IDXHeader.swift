import Platform

/// The first 4 + 4 · rank bytes of an IDX file.
struct IDXHeader {
    let elementType: IDXElementType
    let shape: [Int]

    /// The name of a file of this format in errors.
    static let fileTitle = "an IDX file"

    var byteCount: Int { 4 + 4 * shape.count }

    init(_ source: some ByteSource) throws(DatasetError) {
        let magic = try source.readBytes(4)
        guard magic.count == 4 else {
            throw source.invalid(
                .truncated, at: magic.count, expected: "an IDX header of at least 4 bytes",
                found: "the end after \(magic.count)")
        }
        guard magic[0] == 0, magic[1] == 0 else {
            throw source.invalid(
                .notIDX, at: 0, expected: "0x0000",
                found: (UInt16(magic[0]) << 8 | UInt16(magic[1])).hexadecimal(digits: 4))
        }
        guard let elementType = IDXElementType(rawValue: magic[2]) else {
            let known = IDXElementType.allCases.map { $0.rawValue.hexadecimal(digits: 2) }
            throw source.invalid(
                .unknownElementType, at: 2, expected: "one of \(known.joined(separator: ", "))",
                found: magic[2].hexadecimal(digits: 2))
        }
        let rank = Int(magic[3])
        let dimensions = try source.readBytes(4 * rank)
        guard dimensions.count == 4 * rank else {
            throw source.invalid(
                .truncated, at: 4 + dimensions.count, expected: "\(4 * rank) bytes of dimensions",
                found: "the end after \(dimensions.count)")
        }
        self.elementType = elementType
        shape = (0..<rank).map { axis in
            dimensions[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) }
        }
    }

    /// Returns the number of bytes after the header, checked against the size of `source`.
    func payloadByteCount(in source: some ByteSource) throws(DatasetError) -> Int {
        guard let payload = declaredByteCount else {
            throw source.invalid(
                .sizeOverflow, at: 4, expected: "fewer than 2^63 bytes", found: "the shape \(shape)")
        }
        switch source.contentLimit {
        case .exactly(let size):
            if payload > size - byteCount {
                throw truncated(source, payload: payload, found: size - byteCount)
            }
            if payload < size - byteCount {
                throw tooLong(source, payload: payload)
            }
        case .atMost(let size):
            if payload > size - byteCount {
                throw source.invalid(
                    .oversized, at: 4, expected: "at most \(size - byteCount) bytes",
                    found: "\(payload) bytes for the shape \(shape)")
            }
        }
        return payload
    }

    /// The number of bytes of the elements. It is nil if the number, or the product of the non-zero dimensions, does
    /// not fit in an `Int`. A file without images still declares the size of an image.
    private var declaredByteCount: Int? {
        var product = elementType.size
        for dimension in shape where dimension > 0 {
            let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
            if overflow { return nil }
            product = next
        }
        return shape.contains(0) ? 0 : product
    }

    func truncated(_ source: some ByteSource, payload: Int, found: Int) -> DatasetError {
        source.invalid(
            .truncated, at: byteCount + found,
            expected: "\(payload) bytes of \(Self.describe(elementType)) for the shape \(shape)",
            found: "\(found)")
    }

    func tooLong(_ source: some ByteSource, payload: Int) -> DatasetError {
        source.invalid(
            .tooLong, at: byteCount + payload,
            expected:
                "the end after \(payload) bytes of \(Self.describe(elementType)) for the shape \(shape)",
            found: "more bytes")
    }

    static func describe(_ type: IDXElementType) -> String {
        "\(type) (\(type.rawValue.hexadecimal(digits: 2)))"
    }
}

extension ByteSource {
    /// Returns up to `count` bytes; fewer only at the end.
    package func readBytes(_ count: Int) throws(DatasetError) -> [UInt8] {
        var failure: DatasetError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(DatasetError) {
                filled = try read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    package func invalid(
        _ problem: DatasetError.Problem, at offset: Int, expected: String, found: String
    ) -> DatasetError {
        .invalid(file: path, problem: problem, at: location(offset), expected: expected, found: found)
    }
}

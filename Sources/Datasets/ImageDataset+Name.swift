extension ImageDataset: Codable {
    /// Files have its name alone.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        let name = try value.decode(String.self)
        guard let dataset = ImageDataset.named(name) else {
            let names = (ImageDataset.all + [.idx]).map(\.name).joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                in: value, debugDescription: "expected one of \(names), found \(name)")
        }
        self = dataset
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(name)
    }
}

extension ImageDataset {
    /// What to call so many classes: their names or, where there are others than those of the data set, their labels.
    public func classNames(count: Int) -> [String] {
        classNames.count == count ? classNames : (0..<count).map { "\(firstLabel + $0)" }
    }
}

import Console

extension Tensor: CustomStringConvertible {
    /// The numbers in rows and brackets, in the characters in which PyTorch prints the same tensor:
    ///
    ///     print(Tensor([[0.9117, 0.9349], [-1, 0.5]]))
    ///     // tensor([[ 0.9117,  0.9349],
    ///     //         [-1.0000,  0.5000]])
    ///
    /// Numbers have four decimals. Whole numbers have none ("2."). Scientific notation is used if the greatest
    /// magnitude is over 1,000 times the least, or over 1e8, or if the least is below 1e-4; zeros do not count. A tensor
    /// of more than 1,000 numbers is shortened to the first three and the last three entries of each dimension.
    public var description: String {
        let prefix = "tensor("
        if elements.isEmpty { return prefix + (rank == 1 ? "[])" : "[], size=\(sizes))") }
        return prefix + TensorText(self).text(indent: prefix.count) + ")"
    }

    /// The shape as Python writes a tuple: "(2, 0)".
    private var sizes: String { "(" + shape.map(String.init).joined(separator: ", ") + ")" }
}

/// Writes the numbers of a tensor as `torch/_tensor_str.py` does with PyTorch's default options.
private struct TensorText {
    private static let (threshold, shownAtEachEnd, lineWidth) = (1000, 3, 80)
    private let tensor: Tensor
    private let isSummarized: Bool
    private let style: ElementStyle

    init(_ tensor: Tensor) {
        self.tensor = tensor
        isSummarized = tensor.count > Self.threshold
        let shown = Self.indices(tensor.shape, isSummarized).reduce([0]) { offsets, dimension in
            offsets.flatMap { offset in
                dimension.indices.compactMap { $0 }.map { offset * dimension.size + $0 }
            }
        }
        style = ElementStyle(shown.map { tensor.elements[$0] })
    }

    /// The size and the shown indices of each dimension; nil for the place of those left out.
    private static func indices(
        _ shape: [Int], _ isSummarized: Bool
    ) -> [(size: Int, indices: [Int?])] {
        shape.map { size in
            guard isSummarized, size > 2 * shownAtEachEnd else { return (size, Array(0..<size)) }
            return (size, Array(0..<shownAtEachEnd) + [nil] + Array(size - shownAtEachEnd..<size))
        }
    }

    func text(indent: Int) -> String {
        text(Self.indices(tensor.shape, isSummarized)[...], offset: 0, indent: indent)
    }

    /// The part at `offset`, counted in parts of the remaining dimensions.
    private func text(
        _ dimensions: ArraySlice<(size: Int, indices: [Int?])>, offset: Int, indent: Int
    ) -> String {
        guard let dimension = dimensions.first else { return style.text(tensor.elements[offset]) }
        let rest = dimensions.dropFirst()
        let parts = dimension.indices.map { index in
            guard let index else { return rest.isEmpty ? " ..." : "..." }
            return text(rest, offset: offset * dimension.size + index, indent: indent + 1)
        }
        let margin = String(repeating: " ", count: indent + 1)
        guard rest.isEmpty else {
            let lineEnds = String(repeating: "\n", count: rest.count)
            return "[" + parts.joined(separator: "," + lineEnds + margin) + "]"
        }
        let perLine = max(1, (Self.lineWidth - indent) / (style.width + 2))
        let lines = stride(from: 0, to: parts.count, by: perLine).map { first in
            parts[first..<min(first + perLine, parts.count)].joined(separator: ", ")
        }
        return "[" + lines.joined(separator: ",\n" + margin) + "]"
    }
}

/// The notation of the numbers of one tensor: the same for all, and as wide as the widest.
private struct ElementStyle {
    private enum Notation { case whole, fixed, scientific }
    private let notation: Notation
    /// The width of the widest number that is finite and not zero.
    let width: Int

    init(_ numbers: [Float]) {
        let counting = numbers.filter { $0.isFinite && $0 != 0 }
        let magnitudes = counting.map { Double($0.magnitude) }
        guard let least = magnitudes.min(), let greatest = magnitudes.max() else {
            (notation, width) = (.whole, 1)
            return
        }
        let isWhole = counting.allSatisfy { $0 == $0.rounded(.up) }
        let isMixed = greatest / least > 1000 || greatest > 1e8 || (!isWhole && least < 1e-4)
        let notation: Notation = isMixed ? .scientific : isWhole ? .whole : .fixed
        self.notation = notation
        width = counting.map { Self.text($0, notation).count }.max() ?? 1
    }

    func text(_ number: Float) -> String {
        let text = Self.text(number, notation)
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func text(_ number: Float, _ notation: Notation) -> String {
        guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
        switch notation {
        case .whole: return TextFormat.fixed(Double(number), decimals: 0) + "."
        case .fixed: return TextFormat.fixed(Double(number), decimals: 4)
        case .scientific: return TextFormat.scientific(Double(number), digits: 5)
        }
    }
}

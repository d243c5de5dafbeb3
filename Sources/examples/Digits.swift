import NeuralNetworks
import Randomness

/// Strings of digits, one for each row.
struct DigitStrings {
    let strings: [[Int]]
    let lengths: [Int]
    private let longest: Int
    private let symbols: Int

    init(_ strings: [[Int]], symbols: Int = 10) {
        self.strings = strings
        self.symbols = symbols
        lengths = strings.map(\.count)
        longest = lengths.max() ?? 0
    }

    /// The one-hot encoding (N, longest, symbols): 1 at the digit, 0 elsewhere and after the end.
    var oneHot: Tensor {
        var tensor = Tensor(shape: [strings.count, longest, symbols])
        for (row, string) in strings.enumerated() {
            for (step, digit) in string.enumerated() { tensor[row, step, digit] = 1 }
        }
        return tensor
    }

    /// All strings one after the other, each padded with zeros.
    var padded: [Int] { strings.flatMap { $0 + Array(repeating: 0, count: longest - $0.count) } }
}

struct RandomDigits {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed) }

    mutating func strings(_ count: Int, length: Int) -> DigitStrings {
        strings(count, lengths: length...length)
    }

    mutating func strings(_ count: Int, lengths: ClosedRange<Int>) -> DigitStrings {
        DigitStrings(
            (0..<count).map { _ in
                let length = Int.random(in: lengths, using: &generator)
                return (0..<length).map { _ in generator.nextIndex(below: 10) }
            })
    }
}

/// The one-hot encoding of a digit: 1 at the digit, 0 elsewhere.
func oneHot(_ digit: Int) -> [Float] { (0..<10).map { $0 == digit ? 1 : 0 } }

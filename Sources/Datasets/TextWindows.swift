import Platform

/// A text in windows, from which a model learns to predict the next character at each step. A window continues the one
/// before it; a `Trainer` of a `SequenceModel` divides the windows into as many streams as a batch has places, and carries the
/// states of the model from each window of a stream to the next. A trainer of modules shuffles the windows.
///
///     text       t₀ t₁ t₂ t₃ t₄ t₅ t₆ t₇ t₈
///
///     window 0   t₀ t₁ t₂         predicts   t₁ t₂ t₃
///     window 1            t₃ t₄ t₅  predicts   t₄ t₅ t₆
///     window 2                     t₆ t₇  predicts   t₇ t₈
///
/// ```swift
/// let text = try TextWindows(String(contentsOfFile: "poems.txt"), length: 64)
/// let (train, validation) = try text.split(last: 0.1)
/// ```
public struct TextWindows: Dataset {
    /// The characters.
    public let vocabulary: Vocabulary
    /// The number of steps of each window but the last, which can be shorter.
    public let length: Int
    /// The number of windows.
    public let count: Int

    /// The number of characters that are predicted: all but the first.
    public let stepCount: Int

    /// The symbols of the text, as Int32.
    private let symbols: ByteStorage
    /// The index of this text's first symbol.
    private let start: Int
    /// [N] The index of each window's first symbol, and its number of steps.
    private let firstSteps: ByteStorage
    private let lengths: ByteStorage

    /// The limits of the number of steps of a window.
    package static let lengths = 1...65_536

    /// Creates the windows of a text. A length outside 1 to 65,536 traps.
    ///
    /// - Parameters:
    ///   - text: The text, at least 2 characters.
    ///   - vocabulary: The characters, for instance of a trained model; the characters of the text if nil.
    ///   - length: The number of steps of a window: the number of steps that gradients go back.
    /// - Throws: ``TextError`` for a text that is too short, has too many different characters, or a character that the
    ///   vocabulary does not have.
    public init(_ text: String, vocabulary: Vocabulary? = nil, length: Int = 64) throws(TextError) {
        let vocabulary = if let vocabulary { vocabulary } else { try Vocabulary(of: text) }
        let symbols = try vocabulary.packedSymbols(of: text.unicodeScalars)
        guard (2...Int(Int32.max)).contains(symbols.count) else {
            throw TextError(problem: .length(symbols.count))
        }
        self.init(
            symbols: symbols.withUnsafeBytes { ByteStorage(copying: Array($0)) }, 0..<symbols.count,
            vocabulary, length: length)
    }

    private init(symbols: ByteStorage, _ part: Range<Int>, _ vocabulary: Vocabulary, length: Int) {
        precondition(
            Self.lengths.contains(length),
            "length: expected 1 to \(Self.lengths.upperBound), received \(length)")
        self.vocabulary = vocabulary
        self.length = length
        self.symbols = symbols
        start = part.lowerBound
        stepCount = part.count - 1
        let starts = Array(stride(from: part.lowerBound, to: part.upperBound - 1, by: length))
        let steps = starts.map { Int32(min(length, part.upperBound - 1 - $0)) }
        count = starts.count
        firstSteps = starts.withUnsafeBytes { ByteStorage(copying: Array($0)) }
        lengths = steps.withUnsafeBytes { ByteStorage(copying: Array($0)) }
    }

    /// Splits the text into two: its beginning, and its last part, for validation or as a test.
    ///
    /// - Parameter share: The fraction of the characters in the last part, rounded to a whole number.
    /// - Throws: ``TextError`` if a part would have fewer than 2 characters.
    public func split(last share: Double) throws(TextError) -> (first: TextWindows, last: TextWindows) {
        let characters = stepCount + 1
        let last = (share * Double(characters)).rounded()
        guard last >= 2, last <= Double(characters - 2) else {
            throw TextError(problem: .part(share, of: characters))
        }
        let place = start + characters - Int(last)
        func part(_ range: Range<Int>) -> TextWindows {
            TextWindows(symbols: symbols, range, vocabulary, length: length)
        }
        return (part(start..<place), part(place..<start + characters))
    }

    /// The window at `index`. An index outside 0 ..< count traps.
    public subscript(index: Int) -> TextWindow {
        precondition(index >= 0 && index < count, "window: expected 0 to \(count - 1), received \(index)")
        let first = firstSteps.elements(of: Int.self)[index]
        let steps = Int(lengths.elements(of: Int32.self)[index])
        let all = symbols.elements(of: Int32.self)
        return TextWindow(
            symbols: all[first..<first + steps].map(Int.init),
            next: all[first + 1...first + steps].map(Int.init))
    }

    /// The text.
    public var text: String {
        vocabulary.text(of: symbols.elements(of: Int32.self)[start...start + stepCount].lazy.map(Int.init))
    }

    /// The memory of the windows, valid while they are alive: all symbols; the index of each window's first symbol; the
    /// number of steps of each window.
    package var memory:
        (symbols: UnsafePointer<Int32>, firstSteps: UnsafePointer<Int>, lengths: UnsafePointer<Int32>)
    {
        (
            symbols.elements(of: Int32.self).baseAddress!, firstSteps.elements(of: Int.self).baseAddress!,
            lengths.elements(of: Int32.self).baseAddress!
        )
    }
}

/// One window of ``TextWindows``.
public struct TextWindow: Hashable, Sendable {
    /// [L] The symbols that a model reads.
    public let symbols: [Int]
    /// [L] The symbols that it predicts, each the next of the text.
    public let next: [Int]
}

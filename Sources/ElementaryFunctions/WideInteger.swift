/// A natural number of any size.
struct WideInteger: Comparable {
    /// The digits in base 2⁶⁴, the lowest first; the last is not 0.
    private(set) var words: [UInt64]

    init(_ value: UInt64) { words = value == 0 ? [] : [value] }

    private init(words: [UInt64]) {
        self.words = words
        while self.words.last == 0 { self.words.removeLast() }
    }

    var isZero: Bool { words.isEmpty }

    /// The number of binary digits, 0 for 0.
    var bitWidth: Int { words.last.map { 64 * words.count - $0.leadingZeroBitCount } ?? 0 }

    /// The lowest 64 binary digits.
    var lowWord: UInt64 { words.first ?? 0 }

    private func word(_ index: Int) -> UInt64 { words.indices.contains(index) ? words[index] : 0 }

    static func < (left: Self, right: Self) -> Bool {
        guard left.words.count == right.words.count else { return left.words.count < right.words.count }
        for index in left.words.indices.reversed() where left.words[index] != right.words[index] {
            return left.words[index] < right.words[index]
        }
        return false
    }
}

extension WideInteger {
    static func + (left: Self, right: Self) -> Self {
        var words: [UInt64] = []
        words.reserveCapacity(max(left.words.count, right.words.count) + 1)
        var carry: UInt64 = 0
        for index in 0..<max(left.words.count, right.words.count) {
            let (sum, first) = left.word(index).addingReportingOverflow(right.word(index))
            let (total, second) = sum.addingReportingOverflow(carry)
            words.append(total)
            carry = (first ? 1 : 0) + (second ? 1 : 0)
        }
        words.append(carry)
        return Self(words: words)
    }

    /// Returns the difference of a number and one that is not greater.
    static func - (left: Self, right: Self) -> Self {
        var words = left.words
        let borrow = subtract(right.words, 1, from: &words, 0..<words.count)
        precondition(
            borrow == 0 && right.words.count <= left.words.count,
            "WideInteger: expected a difference of 0 or more")
        return Self(words: words)
    }

    static func * (left: Self, right: Self) -> Self {
        var words = [UInt64](repeating: 0, count: left.words.count + right.words.count)
        for (index, factor) in left.words.enumerated() {
            var carry: UInt64 = 0
            for (place, other) in right.words.enumerated() {
                var (high, low) = factor.multipliedFullWidth(by: other)
                for addend in [words[index + place], carry] {
                    let (sum, overflow) = low.addingReportingOverflow(addend)
                    low = sum
                    high += overflow ? 1 : 0
                }
                (words[index + place], carry) = (low, high)
            }
            words[index + right.words.count] = carry
        }
        return Self(words: words)
    }

    static func << (number: Self, count: Int) -> Self {
        guard !number.isZero else { return number }
        let (skipped, shift) = (count / 64, UInt64(count % 64))
        var words = [UInt64](repeating: 0, count: skipped)
        words.reserveCapacity(skipped + number.words.count + 1)
        for index in 0...number.words.count {
            words.append(number.word(index) << shift | number.word(index - 1) >> (64 - shift))
        }
        return Self(words: words)
    }

    /// Returns the number without its lowest binary digits.
    static func >> (number: Self, count: Int) -> Self {
        let (skipped, shift) = (count / 64, UInt64(count % 64))
        guard skipped < number.words.count else { return Self(0) }
        return Self(
            words: (skipped..<number.words.count).map { index in
                number.word(index) >> shift | number.word(index + 1) << (64 - shift)
            })
    }
}

extension WideInteger {
    /// Returns the quotient without its fraction.
    static func / (number: Self, divisor: UInt64) -> Self {
        var words = number.words
        var remainder: UInt64 = 0
        for index in words.indices.reversed() {
            (words[index], remainder) = divisor.dividingFullWidth((remainder, words[index]))
        }
        return Self(words: words)
    }

    /// Returns the quotient, without its fraction, and the remainder: Knuth, "The Art of Computer Programming", volume
    /// 2, 4.3.1, algorithm D.
    ///
    /// - Parameter divisor: Greater than 0.
    func quotientAndRemainder(dividingBy divisor: Self) -> (quotient: Self, remainder: Self) {
        guard self >= divisor else { return (Self(0), self) }
        // With the highest bit of the divisor set, an estimate of a digit is at most 2 too large.
        let shift = 64 * divisor.words.count - divisor.bitWidth
        let divisor = (divisor << shift).words
        var rest = (self << shift).words + [0]
        let count = divisor.count
        var quotient = [UInt64](repeating: 0, count: rest.count - count)
        for place in quotient.indices.reversed() {
            let highest = rest[place + count]
            var digit =
                highest < divisor[count - 1]
                ? divisor[count - 1].dividingFullWidth((highest, rest[place + count - 1])).quotient : .max
            var borrow = Self.subtract(divisor, digit, from: &rest, place..<place + count + 1)
            while borrow > 0 {
                digit -= 1
                borrow -= Self.add(divisor, to: &rest, place..<place + count + 1)
            }
            quotient[place] = digit
        }
        return (Self(words: quotient), Self(words: rest) >> shift)
    }

    /// Subtracts a multiple of words from the words of a range. Returns what the range lacks, in units of the word
    /// after it.
    private static func subtract(
        _ words: [UInt64], _ factor: UInt64, from rest: inout [UInt64], _ range: Range<Int>
    ) -> UInt64 {
        var borrow: UInt64 = 0
        for (offset, index) in range.enumerated() {
            var (high, low) = factor.multipliedFullWidth(by: offset < words.count ? words[offset] : 0)
            let (sum, first) = low.addingReportingOverflow(borrow)
            high += first ? 1 : 0
            low = sum
            let (difference, second) = rest[index].subtractingReportingOverflow(low)
            rest[index] = difference
            borrow = high + (second ? 1 : 0)
        }
        return borrow
    }

    /// Adds words to the words of a range. Returns the carry.
    private static func add(_ words: [UInt64], to rest: inout [UInt64], _ range: Range<Int>) -> UInt64 {
        var carry: UInt64 = 0
        for (offset, index) in range.enumerated() {
            let (sum, first) = rest[index].addingReportingOverflow(offset < words.count ? words[offset] : 0)
            let (total, second) = sum.addingReportingOverflow(carry)
            rest[index] = total
            carry = (first ? 1 : 0) + (second ? 1 : 0)
        }
        return carry
    }
}

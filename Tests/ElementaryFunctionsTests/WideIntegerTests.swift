import Randomness
import Testing

@testable import ElementaryFunctions

@Suite("Integers of any size")
struct WideIntegerTests {
    /// Returns a number of up to `words` words, some of which have all bits equal, where carries and estimates of
    /// digits fail.
    private func number(words: Int, _ random: inout SplitMix64) -> WideInteger {
        (0..<words).reduce(WideInteger(0)) { number, _ in
            let word = [0, .max, 1 << 63, random.next()][random.nextIndex(below: 4)]
            return number << 64 + WideInteger(word)
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `the quotient times the divisor, plus the remainder, is the number`(_ seed: UInt64) {
        var random = SplitMix64(seed)
        for _ in 0..<100 {
            let number = number(words: random.nextIndex(below: 9), &random)
            let divisor = self.number(words: 1 + random.nextIndex(below: 5), &random) + WideInteger(1)
            let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
            #expect(remainder < divisor)
            #expect(quotient * divisor + remainder == number)
            #expect(number + divisor - divisor == number)
            let word = random.next() | 1
            #expect(number / word == number.quotientAndRemainder(dividingBy: WideInteger(word)).quotient)
        }
    }

    @Test(arguments: [0, 1, 63, 64, 65, 200])
    func `shifts multiply and divide by powers of two`(_ count: Int) {
        var random = SplitMix64(7)
        let number = number(words: 4, &random) + WideInteger(1)
        let power = (0..<count).reduce(WideInteger(1)) { power, _ in power + power }
        #expect(number << count == number * power)
        #expect((number << count) >> count == number)
        #expect(number >> count == number.quotientAndRemainder(dividingBy: power).quotient)
        #expect(power.bitWidth == count + 1)
    }
}

import ElementaryFunctions
import Foundation
import Testing

@Suite("Identities of elementary functions")
struct IdentityTests {
    @Test(arguments: 0..<4 as Range<UInt64>)
    func `powers that are rounded operations`(_ seed: UInt64) {
        var arguments = ElementaryArguments(seed: seed)
        for _ in 0..<1000 {
            let x = arguments.magnitude(-500...500)
            #expect(Elementary.pow(x, 1) == x)
            #expect(Elementary.pow(x, 2) == x * x)
            #expect(Elementary.pow(x, -1) == 1 / x)
            #expect(Elementary.pow(x, 0.5) == x.squareRoot())
            #expect(Elementary.pow(-x, 3) == -Elementary.pow(x, 3))
        }
        let tiny = arguments.magnitude(-1070 ... -1023)
        #expect(Elementary.pow(tiny, 1) == tiny)
        #expect(Elementary.pow(tiny, 0.5) == tiny.squareRoot())
        #expect(Elementary.pow(tiny.squareRoot(), 2) == tiny.squareRoot() * tiny.squareRoot())
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `odd and even functions`(_ seed: UInt64) {
        var arguments = ElementaryArguments(seed: seed)
        for _ in 0..<1000 {
            let x = arguments.magnitude(-30...10)
            for function in [Elementary.sin, Elementary.tanh, Elementary.atan] {
                #expect(function(-x) == -function(x))
            }
            #expect(Elementary.cos(-x) == Elementary.cos(x))
        }
    }

    @Test(arguments: -1074...1023)
    func `logarithms and powers of powers`(_ exponent: Int) {
        let power = Double(sign: .plus, exponent: exponent, significand: 1)
        #expect(Elementary.pow(2, Double(exponent)) == power)
        guard (-300...300).contains(exponent), let ten = Double("1e\(exponent)") else { return }
        #expect(Elementary.log10(ten) == Double(exponent))
        #expect(Elementary.pow(10, Double(exponent)) == ten)
    }

    @Test(
        arguments: NamedFunction.all.filter {
            ["exp", "log", "log1p", "log10", "tanh", "atan"].contains($0.name)
        })
    func `increasing functions increase from a double to the next`(_ function: NamedFunction) {
        var arguments = ElementaryArguments(seed: 3)
        // Around the places where tables and formulas change, too.
        let seams = [1, 181.0 / 128, 0x1p-6, 0x1p-27, 20, 0x1p-54, 1.0 / 128, 708, 0x1p60]
        for index in 0..<1000 {
            var x = index < seams.count ? seams[index] : arguments.magnitude(-60...9)
            for _ in 0..<5 { x = x.nextDown }
            for _ in 0..<10 {
                #expect(function.value(x, 0) <= function.value(x.nextUp, 0), "\(function.name) at \(x)")
                x = x.nextUp
            }
        }
    }
}

/// Correctly rounded results, and the C library's, whose last digit may differ.
@Suite("Elementary functions and the C library")
struct LibraryTests {
    /// The distance in last digits that the C libraries keep: 1, and 2 where they say so (glibc's manual, "Known
    /// maximum errors in math functions").
    static let libraries: [(String, UInt64, @Sendable (Double, Double) -> Double)] = [
        ("exp", 1, { x, _ in exp(x) }), ("log", 1, { x, _ in log(x.magnitude) }),
        ("sin", 1, { x, _ in sin(x) }),
        ("cos", 1, { x, _ in cos(x) }), ("atan", 1, { x, _ in atan(x) }),
        ("pow", 1, { x, y in pow(x.magnitude, y) }), ("log1p", 2, { x, _ in log1p(x.magnitude) }),
        ("log10", 2, { x, _ in log10(x.magnitude) }), ("tanh", 3, { x, _ in tanh(x) }),
    ]

    @Test(arguments: libraries.indices)
    func `differ in the last digit at most`(_ index: Int) throws {
        let (name, limit, library) = Self.libraries[index]
        let function = try #require(NamedFunction.all.first { $0.name == name })
        var arguments = ElementaryArguments(seed: 5)
        let takesAnySign = ["exp", "sin", "cos", "atan", "tanh"].contains(name)
        for index in 0..<20_000 {
            let sign = takesAnySign ? arguments.sign() : 1
            let x = index % 4 == 0 ? arguments.number().magnitude : arguments.magnitude(-40...10)
            let y = arguments.number(in: -100...100)
            let (ours, theirs) = (function.value(sign * x, y), library(sign * x, y))
            let distance = ours.bitPattern.subtractingReportingOverflow(theirs.bitPattern).partialValue
            #expect(min(distance, 0 &- distance) <= limit, "\(name) of \(sign * x), \(y): \(ours), \(theirs)")
        }
    }
}

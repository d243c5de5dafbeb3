/// The valid values of an option, the same on a command line, in a recipe and in a configuration file.
package struct OptionBounds<Value>: Sendable {
    /// Returns the end of a sentence that begins with the option's name and says why a value is invalid; nil if it is
    /// valid.
    let complaint: @Sendable (Value) -> String?

    package init(complaint: @escaping @Sendable (Value) -> String?) { self.complaint = complaint }

    private init(_ expected: String, _ contains: @escaping @Sendable (Value) -> Bool) {
        self.init { contains($0) ? nil : " must be \(expected), not \($0)" }
    }

    package static var any: Self { Self { _ in nil } }

    /// The bounds of the same value if it may be absent.
    package var optional: OptionBounds<Value?> { .init { $0.flatMap(complaint) } }
}

extension OptionBounds<Int> {
    package static func range(_ range: ClosedRange<Int>) -> Self {
        Self("\(range.lowerBound) to \(range.upperBound)") { range.contains($0) }
    }
}

extension OptionBounds<Double> {
    package static var positive: Self { Self("a positive number") { $0 > 0 && $0.isFinite } }
    package static var notNegative: Self { Self("0 or a positive number") { $0 >= 0 && $0.isFinite } }
    /// A fraction: 0 or more and below 1.
    package static var share: Self { Self("0 or more and below 1") { $0 >= 0 && $0 < 1 } }
    /// A number between 0 and 1, without the ends.
    package static var betweenZeroAndOne: Self { Self("between 0 and 1") { $0 > 0 && $0 < 1 } }
    /// A part of a set: a fraction below 1, or a whole number.
    ///
    /// - Parameter things: The name of the elements, for the error: "images".
    package static func part(of things: String) -> Self {
        Self("a fraction below 1 or a number of \(things)") {
            $0 >= 0 && ($0 < 1 || $0 < 1e9 && $0 == $0.rounded())
        }
    }
    /// A number from 0 to 1, with the ends.
    package static var zeroToOne: Self { Self("0 to 1") { (0...1).contains($0) } }
}

extension OptionBounds<String> {
    /// Returns the bounds of a text that must not be empty.
    ///
    /// - Parameter thing: The meaning of the text, for the error: "a directory".
    package static func named(_ thing: String) -> Self {
        Self { $0.isEmpty ? " must name \(thing), not be empty" : nil }
    }

    /// The name of a run.
    package static var runName: Self {
        Self { name in
            do throws(RunNameError) {
                try RunDirectory.validate(name: name)
                return nil
            } catch {
                return ": \(error)"
            }
        }
    }
}

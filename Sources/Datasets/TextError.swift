import Console

/// The error that a text cannot be used. The description says what was expected and what was found.
public struct TextError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A place in a text, from 1; the column counts characters.
    package struct Place: Hashable, Sendable {
        let line: Int
        let column: Int
    }

    package enum Problem: Hashable, Sendable {
        case unknownCharacter(Unicode.Scalar, Place)
        case differentCharacters(Int)
        case length(Int)
        case part(Double, of: Int)
    }

    package let problem: Problem

    public var description: String {
        let place =
            if case .unknownCharacter(_, let place) = problem {
                "line \(place.line), column \(place.column)"
            } else {
                "text"
            }
        return "\(place): expected \(expected), found \(found)"
    }

    private var expected: String {
        switch problem {
        case .unknownCharacter: "characters that the model has read in training"
        case .differentCharacters:
            "2 to \(TextFormat.grouped(Vocabulary.sizes.upperBound)) different characters"
        case .length: "2 to \(TextFormat.grouped(Int(Int32.max))) characters"
        case .part(let share, _): "a part of \(share) with at least 2 characters, and as many left"
        }
    }

    private var found: String {
        switch problem {
        case .unknownCharacter(let character, _): Self.name(character)
        case .differentCharacters(let count), .length(let count): "\(count)"
        case .part(_, let count): "\(count) characters"
        }
    }

    /// Returns the error as one of a file.
    package func inFile(_ path: String) -> DatasetError {
        let location: DatasetError.Location =
            if case .unknownCharacter(_, let place) = problem {
                .field(line: place.line, column: place.column, name: "")
            } else { .line(1) }
        let problem = DatasetError.Problem("unusable text", "give another text")
        return .invalid(file: path, problem: problem, at: location, expected: expected, found: found)
    }

    /// Returns the character with its code point: "é" (U+00E9).
    private static func name(_ character: Unicode.Scalar) -> String {
        let digits = String(character.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        switch character.properties.generalCategory {
        case .control, .format, .surrogate, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator,
            .nonspacingMark, .enclosingMark:
            return code
        default: return "\"\(character)\" (\(code))"
        }
    }
}

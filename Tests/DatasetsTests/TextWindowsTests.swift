import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("Texts and their characters")
struct TextWindowsTests {
    @Test(arguments: ["ab", "나 보기가 역겨워\n가실 때에는", "e\u{301}é", "\r\n🙂🇰🇷", "가\u{1100}\u{1161}"])
    func `symbols make the same text again, scalar by scalar`(_ text: String) throws {
        let vocabulary = try Vocabulary(of: text)
        let symbols = try vocabulary.symbols(of: text)
        #expect(Array(vocabulary.text(of: symbols).utf8) == Array(text.utf8))
        #expect(vocabulary.count == Set(text.unicodeScalars).count)
        #expect(zip(vocabulary.characters, vocabulary.characters.dropFirst()).allSatisfy(<))
        let stored = try JSONEncoder().encode([vocabulary])
        #expect(try JSONDecoder().decode([Vocabulary].self, from: stored) == [vocabulary])
    }

    @Test(arguments: [#""ba""#, #""aa""#, #""a""#, #""""#, "3"])
    func `stored characters out of order are refused`(_ text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Vocabulary].self, from: Data("[\(text)]".utf8))
        }
    }

    @Test(arguments: [1, 3, 7, 8, 9, 100])
    func `windows cover all steps once, each predicting the next character`(_ length: Int) throws {
        let text = try TextWindows("abcabdabe", length: length)
        #expect(text.stepCount == 8 && text.count == (8 + length - 1) / length)
        let all = (0..<text.count).map { text[$0] }
        #expect(all.dropLast().allSatisfy { $0.symbols.count == length })
        #expect(all.flatMap(\.symbols) == [0, 1, 2, 0, 1, 3, 0, 1])
        #expect(all.flatMap(\.next) == [1, 2, 0, 1, 3, 0, 1, 4])
        #expect(text.text == "abcabdabe")
    }

    @Test func `a split cuts the text, and both parts have all characters`() throws {
        let (first, last) = try TextWindows("abcabdabexyz", length: 4).split(last: 0.25)
        #expect(first.text == "abcabdabe" && last.text == "xyz")
        #expect(first.vocabulary == last.vocabulary && last.vocabulary.count == 8)
        let (middle, end) = try first.split(last: 0.3)
        #expect(middle.text == "abcabd" && end.text == "abe")
        #expect(end[0] == TextWindow(symbols: [0, 1], next: [1, 4]))
        for share in [0, 0.1, 0.9, 1] {
            #expect(throws: TextError.self) { try TextWindows("abcabdabexyz").split(last: share) }
        }
    }

    @Test func `errors name what is wrong`() throws {
        func message(_ body: () throws -> Void) -> String? {
            #expect(throws: TextError.self, performing: body)?.description
        }
        #expect(
            message { _ = try TextWindows("aaaa") }
                == "text: expected 2 to 65,536 different characters, found 1")
        #expect(
            message { _ = try TextWindows("") } == "text: expected 2 to 65,536 different characters, found 0")
        let vocabulary = try Vocabulary(of: "ab\n")
        #expect(
            message { _ = try TextWindows("a", vocabulary: vocabulary) }
                == "text: expected 2 to 2,147,483,647 characters, found 1")
        #expect(
            message { _ = try TextWindows("ab\n\nab가", vocabulary: vocabulary) }
                == "line 3, column 3: expected characters that the model has read in training, found \"가\" (U+AC00)"
        )
        #expect(
            message { _ = try vocabulary.symbols(of: "\u{7}") }
                == "line 1, column 1: expected characters that the model has read in training, found U+0007")
        #expect(
            message { _ = try TextWindows("abab").split(last: 0.1) }
                == "text: expected a part of 0.1 with at least 2 characters, and as many left, found 4 characters"
        )
    }
}

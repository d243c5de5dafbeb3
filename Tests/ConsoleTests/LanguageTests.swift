import TestSupport
import Testing

@testable import Console

private enum SampleText: TextKey {
    case moved, rows, columns, red, blue

    var text: Text {
        switch self {
        case .rows: Text("{count} rows", one: "{count} row", ko: "{count}행")
        case .columns: Text("columns {list} of {name}", ko: "{name}의 열 {list}")
        case .moved: Text("{a} to {b}, not {a}", ko: "{b}까지, {a} 아님")
        case .red: Text("red", ko: "빨강")
        case .blue: Text("blue", ko: "파랑")
        }
    }
}

@Suite struct LanguageTests {
    @Test func `a text has the values of its placeholders and the number of its count`() {
        #expect(Language.english.text(SampleText.rows, ["count": "1"], count: 1) == "1 row")
        #expect(Language.english.text(SampleText.rows, ["count": "2"], count: 2) == "2 rows")
        #expect(Language.korean.text(SampleText.rows, ["count": "1"], count: 1) == "1행")
        // A value is not filled again.
        #expect(Language.english.text(SampleText.moved, ["a": "{b}", "b": "{a}"]) == "{b} to {a}, not {b}")
        #expect(Language.english.text(SampleText.rows) == "{count} rows")
    }

    @Test func `an English sentence of a table is translated with its values`() {
        func korean(_ sentence: String) -> String {
            Language.korean.translated(sentence, from: SampleText.self)
        }
        #expect(korean("1 row") == "1행" && korean("1,200 rows") == "1,200행")
        #expect(korean("columns red, green and blue of x") == "x의 열 빨강, green, 파랑")
        #expect(korean("1 row to 2 rows, not 1 row") == "2행까지, 1행 아님")
        for other in [
            "", "rows", " rows", "1 rows.", "a 1 row b", "a to b, not c", "columns of x", "red ", "Red", "행",
        ] {
            #expect(korean(other) == (other == "1 rows." ? "1 rows." : other), "\(other)")
        }
        #expect(Language.english.translated("1 row", from: SampleText.self) == "1 row")
        // The time of a lookup is limited.
        let long = String(repeating: "x", count: 2000) + " rows"
        #expect(korean(long) == long)
    }

    @Test(arguments: [
        (0.0, "0.0\u{A0}s", "0.0초"), (59.96, "60.0\u{A0}s", "60.0초"),
        (125, "2\u{A0}min 5\u{A0}s", "2분 5초"), (3600, "1\u{A0}h 0\u{A0}min", "1시간 0분"),
        (7380, "2\u{A0}h 3\u{A0}min", "2시간 3분"), (.infinity, "inf\u{A0}s", "inf초"),
    ])
    func `durations are in words`(seconds: Double, english: String, korean: String) {
        #expect(Language.english.timeSpan(seconds) == english && TextFormat.timeSpan(seconds) == english)
        #expect(Language.korean.timeSpan(seconds) == korean)
    }

    @Test func `lists have the language's form`() {
        #expect(Language.english.list(["a", "b", "c"]) == "a, b and c")
        #expect(Language.korean.list(["a", "b", "c"]) == "a, b, c")
    }

    @Test func `the texts of durations are whole`() {
        #expect(ReportTexts.problems(in: TimeText.self) == [])
    }

    private enum BadText: TextKey {
        case placeholder, plural, untranslated, space

        var text: Text {
            switch self {
            case .placeholder: Text("{a} x", ko: "{b} 가")
            case .plural: Text("{a} xs", one: "an x", ko: "{a} 가")
            case .untranslated: Text("a x", ko: "a x")
            case .space: Text("x", ko: "가 ")
            }
        }
    }

    /// A file of a run may have any sentence, and a level for each word would end in a stack overflow.
    @Test func `sentences inside each other are translated to a limited depth`() {
        let sentence = "x" + String(repeating: " rows", count: 300)
        let korean = Language.korean.translated(sentence, from: SampleText.self)
        #expect(korean.count { $0 == "행" } == 9)
        #expect(korean.hasPrefix("x rows"))
    }

    @Test func `the check of tables finds each kind of problem`() throws {
        #expect(
            ReportTexts.problems(in: BadText.self) == [
                "placeholders of placeholder", "placeholders of plural", "Korean of untranslated",
                "spaces of space",
            ])
        let page = try readXML(
            "<p aria-label=\"columns red of x\"><i>red</i><i>redder</i><i>{count}행</i><i>빨강</i></p>")
        #expect(ReportTexts.untranslated(page, [SampleText.self]) == ["columns red of x", "red", "{count}행"])
    }
}

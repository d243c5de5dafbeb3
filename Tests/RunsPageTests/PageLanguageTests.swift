import Console
import RunsPage
import TestSupport
import Testing

/// Errors have words in the language of the page.
@Suite struct PageLanguageTests {
    private static let korean = ["Host": PageSample.host, "Accept-Language": "ko"]

    @Test(
        arguments: [
            ("ko", true), ("ko-KR,ko;q=0.9,en;q=0.8", true), ("fr, KO", true), ("en", false),
            ("en-US,ko", false),
            ("fr", false), ("", false), (nil, false),
        ] as [(String?, Bool)])
    func `the first language that the page has is answered`(field: String?, isKorean: Bool) throws {
        var headers = PageSample.headers
        headers["accept-language"] = field
        let answer = try PageSample().get("/api/run", headers: headers)
        #expect(answer.status == 400)
        #expect(
            answer.message
                == (isKorean ? "id: 실행의 이름이 있어야 합니다" : "id: expected the name of a run, found none"))
    }

    @Test(arguments: [
        "/api/nothing", "/%", "/%zz", "/%00", "//", "/page/nothing.js", "/api/run?id=..", "/api/run?id=none",
        "/api/picture?id=\(PageSample.finished)&name=a", "/api/at?id=\(PageSample.finished)&step=x",
        "/api/at?id=\(PageSample.finished)", "/draw?id=\(PageSample.finished)&checkpoint=x",
        "/draw?id=\(PageSample.finished)&language=x", "/api/forecast?id=\(PageSample.finished)",
        "/api/sweep?id=a", "/api/sweep?id=sweeps/none",
        "/api/events?" + (0..<33).map { "run=a\($0)" }.joined(separator: "&"),
        "/" + String(repeating: "a", count: 9000),
    ])
    func `an error has Korean words, with the same values`(target: String) throws {
        let sample = try PageSample.ofEveryState()
        let english = sample.get(target).message
        let korean = sample.get(target, headers: Self.korean).message
        #expect(!english.isEmpty && english != korean)
        #expect(korean.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) }, "\(korean)")
        // Every placeholder is filled.
        #expect(!english.contains(/[{}]/) && !korean.contains(/[{}]/), "\(english), \(korean)")
    }

    @Test(arguments: [
        ("marks", #"{"id": "\#(PageSample.finished)", "tags": ["a", "a"]}"#),
        ("marks", #"{"id": "\#(PageSample.finished)", "note": "\u0001"}"#),
        ("marks", "{"), ("delete", #"{"ids": []}"#), ("delete", #"{"ids": ["sweeps/a/runs/b"]}"#),
        ("restore", #"{"bin_ids": ["20260131-235959-20260131-235959-a"]}"#),
        ("purge", #"{"bin_ids": ["x"]}"#), ("stop", #"{"id": "\#(PageSample.finished)"}"#),
        ("resume", #"{"id": "\#(PageSample.finished)", "epochs": 0}"#),
    ])
    func `a refused change has Korean words, also for each run`(address: String, body: String) throws {
        let sample = try PageSample.ofEveryState()
        var headers = PageSample.changing
        headers["Accept-Language"] = "ko"
        let answer = sample.page.answer(
            method: "POST", target: "/api/\(address)", headers: headers, body: Array(body.utf8))
        #expect(answer.status >= 400)
        let errors = try answer.object["errors"] as? [[String: Any]] ?? []
        for message in [answer.message] + errors.compactMap({ $0["error"] as? String }) {
            #expect(message.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) }, "\(message)")
            #expect(!message.contains(/[{}]/), "\(message)")
        }
    }

    @Test func `every message in both languages`() throws {
        let texts = PageText.allCases.map { key in
            let text = key.text
            return ([text.english] + [text.englishForOne].compactMap(\.self) + [text.korean]).joined(
                separator: "\n")
        }
        try Snapshot.check(texts.joined(separator: "\n\n") + "\n", "Messages/page-errors")
    }

    @Test(arguments: PageText.allCases)
    func `both languages have the same placeholders`(key: PageText) {
        let text = key.text
        #expect(TextTemplate(text.english).placeholders == TextTemplate(text.korean).placeholders)
        if let one = text.englishForOne {
            #expect(TextTemplate(one).placeholders == TextTemplate(text.english).placeholders)
        }
    }
}

import Testing

@testable import Platform

struct ForeignContentTests {
    @Test(
        arguments: [
            "<!DOCTYPE html>\n<html lang=en>", "<!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">",
            "<html>\r\n<head><title>404 Not Found</title></head>", "\u{FEFF}\r\n  <HTML lang=\"ko\">",
            "<!-- a comment -->\n<!-- and another -->\n<!doctype html>", "<head>", "<body>", "<html",
        ])
    func `an HTML page is recognised by its first bytes`(text: String) {
        #expect(ForeignContent.recognise(Array(text.utf8)) == .html)
    }

    @Test func `a Git LFS pointer is recognised by its first bytes`() {
        let text = """
            version https://git-lfs.github.com/spec/v1
            oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
            size 12345

            """
        #expect(ForeignContent.recognise(Array(text.utf8)) == .gitLFSPointer)
    }

    @Test(
        arguments: [
            "", "<", "<TICKER>,<PER>,<DATE>", "<header>,<body>", "<!-- never closed", "Date,Open\n<html>,1",
            "version,date", "\u{1F}\u{8B}\u{08}", "<!doctype",
        ])
    func `other content is not foreign`(text: String) {
        #expect(ForeignContent.recognise(Array(text.utf8)) == nil)
    }

    @Test(arguments: ForeignContent.allCases)
    func `an explanation says what the file is and what to do`(content: ForeignContent) {
        #expect(content.explanation.hasPrefix(content.name))
        #expect(content.explanation.hasSuffix(content.remedy))
    }
}

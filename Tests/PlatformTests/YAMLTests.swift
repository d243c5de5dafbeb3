import Testing

@testable import Platform

@Suite struct YAMLTests {
    @Test(arguments: [
        ("plain: #1", "\"plain: #1\""), ("a\"b\\c\n", "\"a\\\"b\\\\c\\n\""), ("실험", "\"실험\""),
        ("\u{85}", "\"\\u0085\""),
        ("\u{7F}", "\"\\u007f\""), ("\u{2028}", "\"\\u2028\""), ("\u{FEFF}", "\"\\ufeff\""),
    ])
    func `a text is quoted`(text: String, expected: String) { #expect(YAML.quoted(text) == expected) }

    @Test(arguments: [
        (0.5, "0.5"), (5e-5, "5.0e-05"), (1.5e-7, "1.5e-07"), (-1e300, "-1.0e+300"), (3, "3.0"),
    ])
    func `a number has a decimal point`(number: Double, expected: String) {
        #expect(YAML.text(of: number) == expected)
        #expect(Double(expected) == number)
    }
}

/// Texts that would be markup or control characters if a page did not escape them.
package let hostileTexts = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='alert(1)", "]]>", "<!--",
    "&lt;",
    "</title></style></pre>", "\u{0}\u{1}\u{202E}", "http://example.org/\"",
]

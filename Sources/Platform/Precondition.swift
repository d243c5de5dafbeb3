// Preconditions whose messages survive optimization. The standard library's functions have the same names, but in a release
// build (`-O`) they trap without a word, and a mistake in a program that uses this package looks like a crash inside it.
// A declaration of an imported module hides the standard library's, so a file only needs `import Platform`; `make house`
// checks that the files of all modules with public declarations have it. A check costs what the standard library's costs:
// the condition is evaluated inline, the message is built only after a failure.

/// Checks a condition in debug and release builds. If it is false, writes the message with file and line to standard
/// error, and traps.
///
/// - Parameters:
///   - condition: The condition, evaluated once.
///   - message: The expected and the received value; evaluated only if the condition is false.
///   - file: The module and the file of the call.
///   - line: The line of the call.
@inlinable @inline(__always)
package func precondition(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String = String(),
    file: StaticString = #fileID, line: UInt = #line
) {
    if !condition() { failPrecondition(message(), file, line) }
}

/// Writes a message with file and line to standard error, and traps, in debug and release builds.
///
/// - Parameters:
///   - message: The expected and the received value.
///   - file: The module and the file of the call.
///   - line: The line of the call.
@inlinable @inline(__always)
package func preconditionFailure(
    _ message: @autoclosure () -> String = String(), file: StaticString = #fileID, line: UInt = #line
) -> Never {
    failPrecondition(message(), file, line)
}

/// Ends the process with a message in the standard library's form, "Module/File.swift:12: Fatal error: …", which
/// `fatalError` writes in release builds, too.
@usableFromInline @inline(never)
func failPrecondition(_ message: String, _ file: StaticString, _ line: UInt) -> Never {
    fatalError(message, file: file, line: line)
}

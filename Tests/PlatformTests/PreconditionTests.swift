import TestSupport
import Testing

@testable import Platform

/// Messages of failed preconditions, also in a release build, where the standard library's preconditions print nothing.
@Suite("Preconditions")
struct PreconditionTests {
    private func text(_ result: ExitTest.Result) -> String {
        String(decoding: result.standardErrorContent, as: UTF8.self)
    }

    @Test func `a failed precondition writes its message with file and line`() async throws {
        let result = try await #require(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let count = CommandLine.arguments.count - CommandLine.arguments.count
            precondition(count == 1, "count: expected 1, received \(count)")
        }
        #expect(
            text(result).contains(
                /PlatformTests\/PreconditionTests\.swift:\d+: Fatal error: count: expected 1, received 0\n/),
            "\(text(result))")
    }

    @Test func `a failure writes its message with file and line`() async throws {
        let result = try await #require(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) { preconditionFailure("expected nothing of this kind", file: "Place.swift", line: 34) }
        #expect(
            text(result).contains("Place.swift:34: Fatal error: expected nothing of this kind\n"),
            "\(text(result))")
    }

    @Test func `a condition is evaluated once, and the message of a true one is not built`() {
        var (conditions, messages) = (0, 0)
        func condition() -> Bool {
            conditions += 1
            return true
        }
        func message() -> String {
            messages += 1
            return ""
        }
        precondition(condition(), message())
        #expect((conditions, messages) == (1, 0))
    }
}

import TestSupport
import Testing

@testable import Pictures

@Suite("Messages about pictures")
struct PNGMessageTests {
    @Test func `every error of a PNG file`() throws {
        let messages = PNGError.Problem.allCases.map { problem in
            let error = PNGError(
                path: "FILE", problem: problem, offset: 7, expected: "EXPECTED", found: "FOUND")
            return (name: "\(problem)", message: error.description)
        }
        try Snapshot.check(
            messages: messages, "png-errors", declaredIn: "Sources/Pictures/PNG/PNGError.swift", by: ["case "]
        )
    }
}

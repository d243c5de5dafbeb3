import Foundation
import Platform
import TestSupport
import Testing

@testable import Fetching

@Suite("Messages about downloads")
struct FetchMessageTests {
    @Test func `every error of a download`() throws {
        let instructions = "INSTRUCTIONS"
        let errors: [FetchError] = [
            .noTool(instructions: instructions),
            .failed(
                file: "FILE", attempts: [.init(address: "ADDRESS", reason: "curl: exit code 6")],
                instructions: instructions),
            .noAddress("idx"), .unwritable(path: "FILE", reason: "No space left on device"),
            .stopped(signal: 2),
            .file(FileError(path: "FILE", operation: .write, code: EIO)),
        ]
        try Snapshot.check(errors.map { "\($0)\n" }.joined(separator: "\n"), "Messages/fetch-errors")
    }
}

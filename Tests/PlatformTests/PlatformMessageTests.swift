import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite("Messages about files and memory")
struct PlatformMessageTests {
    @Test func `every error of a file`() throws {
        let kinds: [POSIX.FileKind] = [.regular, .directory, .symbolicLink, .pipe, .socket, .device]
        let misfits = [POSIX.FileKind.regular, .directory].flatMap { expected in
            kinds.filter { $0 != expected }.flatMap { found in
                [true, false].map {
                    FileError.Misfit(expected: expected, found: found, isInput: $0).description
                }
            }
        }
        let operations: [FileError.Operation] = [
            .open, .read, .write, .synchronize, .rename, .createDirectory,
        ]
        let errors = operations.map { "\(FileError(path: "FILE", operation: $0, code: EIO))" }
        let lock = "\(FileError(path: "FILE", operation: .lock, code: ENOLCK))"
        let reader = "\(FileError(path: "FILE", operation: .writeToReader, code: ENXIO))"
        try Snapshot.check(
            (misfits + errors + [lock, reader]).map { $0 + "\n" }.joined(), "Messages/file-errors")
    }
}

import TestSupport
import Testing

@testable import Safetensors

@Suite("Messages about safetensors files")
struct SafetensorsMessageTests {
    private static let reasons: KeyValuePairs<String, SafetensorsError.Reason> = [
        "missingTensor": .missingTensor, "elementType": .elementType, "shape": .shape, "fileKind": .fileKind,
        "otherFile": .otherFile, "fileTooShort": .fileTooShort, "headerTooLong": .headerTooLong,
        "headerBeyondEnd": .headerBeyondEnd, "headerStart": .headerStart, "syntax": .syntax,
        "string": .string,
        "nameTooLong": .nameTooLong, "number": .number, "duplicateKey": .duplicateKey,
        "unknownField": .unknownField, "missingField": .missingField, "offsets": .offsets,
        "sizeOverflow": .sizeOverflow, "size": .size, "gap": .gap, "overlap": .overlap,
        "dataLength": .dataLength, "changedWhileReading": .changedWhileReading,
    ]

    @Test func `every error`() throws {
        let messages = Self.reasons.map { name, reason in
            let error = SafetensorsError(
                path: "FILE", offset: 7, reason: reason, expected: "EXPECTED", found: "FOUND")
            return (name: name, message: error.description)
        }
        try Snapshot.check(
            messages: messages, "safetensors-errors",
            declaredIn: "Sources/Safetensors/SafetensorsError.swift",
            by: ["public static let ", "package static let "])
    }
}

import Platform

/// A reader of files written by others, and the properties that must hold for any bytes. The reader returns, or throws
/// an error that a tool reports with an exit status. Its result is consistent, and if it is written, it is read back
/// equal.
public struct FuzzTarget: Sendable {
    /// The name, which is also the name of its folder in `Tests/Fuzz/Corpus`.
    public let name: String
    private let body: @Sendable (FuzzInput) throws -> Void

    /// - Parameter body: Reads the input; throws the reader's errors, and ``FuzzFailure`` for a result that is wrong.
    init(_ name: String, _ body: @escaping @Sendable (FuzzInput) throws -> Void) {
        self.name = name
        self.body = body
    }

    /// All targets, in the order in which they are run.
    public static let all: [FuzzTarget] = [
        .idx, .idxPair, .gzip, .zipArchive, .png, .picture, .prices, .timeSeries, .sequenceTable, .text,
        .safetensors, .checkpoint,
        .checkpointMetadata, .moduleCheckpoint, .pytorchFile, .onnx,
        .json, .recipe, .run, .receipt, .sweep, .knownResult, .events, .pageRequest,
    ]

    /// Reads an input.
    ///
    /// - Parameters:
    ///   - bytes: The content of a file, or of several in the form that the target describes.
    ///   - directory: A directory for files, which the target overwrites.
    /// - Throws: ``FuzzFailure`` for a wrong result, and for an error that no tool reports.
    public func run(_ bytes: [UInt8], in directory: String) throws(FuzzFailure) {
        do {
            try body(FuzzInput(bytes: bytes, directory: directory))
        } catch let failure as FuzzFailure {
            throw failure
        } catch let error as any ReportedError {
            // A message shows the place and a short excerpt of the content, never all of it.
            let size = error.description.utf8.count
            try require(size <= 4096, "an error of \(size) bytes: \(error.description.prefix(200))")
        } catch {
            throw FuzzFailure("an error without an exit status, \(type(of: error)): \(error)")
        }
    }
}

/// The error that a reader's result is wrong.
public struct FuzzFailure: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Requires a property of a result.
func require(_ condition: Bool, _ failure: @autoclosure () -> String) throws(FuzzFailure) {
    guard condition else { throw FuzzFailure(failure()) }
}

/// Requires that written content is read without an error.
func readBack<Value>(_ body: () throws -> Value) throws(FuzzFailure) -> Value {
    do {
        return try body()
    } catch {
        throw FuzzFailure("what was written cannot be read: \(error)")
    }
}

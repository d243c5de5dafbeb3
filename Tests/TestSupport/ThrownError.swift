import Testing

/// Returns the error of the expected type that `body` throws. If it throws none or another, returns nil and fails the
/// test.
package func error<Failure: Error>(
    _ type: Failure.Type, sourceLocation: SourceLocation = #_sourceLocation, from body: () throws -> Void
) -> Failure? {
    do {
        try body()
        Issue.record("no error was thrown", sourceLocation: sourceLocation)
    } catch let error as Failure {
        return error
    } catch {
        Issue.record("another error was thrown: \(error)", sourceLocation: sourceLocation)
    }
    return nil
}

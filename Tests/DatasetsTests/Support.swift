import TestSupport

@testable import Datasets

/// The problem of an invalid file, for comparison; nil for an error of another kind.
struct Fault: Equatable {
    var problem: DatasetError.Problem
    var location: DatasetError.Location

    init(_ problem: DatasetError.Problem, _ location: DatasetError.Location) {
        self.problem = problem
        self.location = location
    }

    init?(_ error: DatasetError?) {
        guard case .invalid(_, let problem, let location, _, _)? = error else { return nil }
        self.init(problem, location)
    }
}

/// Returns the error of reading these bytes as an IDX file, if there is one.
func error(reading bytes: [UInt8]) throws -> DatasetError? {
    let directory = try TemporaryDirectory()
    return try readError(directory.write(bytes))
}

func readError(_ path: String) -> DatasetError? {
    do throws(DatasetError) {
        _ = try IDXFile(path: path)
        return nil
    } catch {
        return error
    }
}

import Platform
import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct MetricsCSVTests {
    @Test func `rows are in the file at once`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("metrics.csv")
        let metrics = try MetricsCSV(path: path, columns: ["epoch", "loss", "accuracy", "test"])
        #expect(try text(path) == "epoch,loss,accuracy,test\n")
        try metrics.append(epoch: 0, [0.1, 0.1 + 0.2, 0])
        #expect(try text(path) == "epoch,loss,accuracy,test\n0,0.1,0.30000000000000004,0.0\n")
        try metrics.append(epoch: 1, [.nan, -.infinity, 1e-300])
        #expect(try text(path).hasSuffix("\n1,nan,-inf,1e-300\n"))
    }

    @Test func `numbers are read back bit-identically`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("metrics.csv")
        let metrics = try MetricsCSV(path: path, columns: ["epoch", "small", "large"])
        let values = (1...50).map { [Double($0).squareRoot() * 1e-7, Double($0).squareRoot() * 1e20] }
        for (epoch, row) in values.enumerated() { try metrics.append(epoch: epoch, row) }
        let rows = try text(path).split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
        #expect(rows.map { $0.dropFirst().map { Double($0)! } } == values)
    }

    @Test func `an existing file is not overwritten`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("metrics.csv", "former\n")
        let error = error(FileError.self) { _ = try MetricsCSV(path: path, columns: ["a"]) }
        #expect(error == FileError(path: path, operation: .create, code: EEXIST))
        #expect(try text(path) == "former\n")
    }

    @Test func `a row of another length traps`() async {
        await #expect(processExitsWith: .failure) {
            let directory = try TemporaryDirectory()
            try MetricsCSV(path: directory.file("m"), columns: ["a", "b"]).append(epoch: 0, [])
        }
    }
}

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
        try metrics.append([.integer(0), .float(0.1), .double(0.1 + 0.2), .missing])
        #expect(try text(path) == "epoch,loss,accuracy,test\n0,0.1,0.30000000000000004,\n")
        try metrics.append([.integer(1), .float(.nan), .double(-.infinity), .double(1e-300)])
        #expect(try text(path).hasSuffix("\n1,nan,-inf,1e-300\n"))
    }

    @Test func `numbers come back to the last bit`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("metrics.csv")
        let metrics = try MetricsCSV(path: path, columns: ["float", "double"])
        let values = (1...50).map { (Float($0).squareRoot() * 1e-7, Double($0).squareRoot() * 1e20) }
        for (float, double) in values { try metrics.append([.float(float), .double(double)]) }
        let rows = try text(path).split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
        #expect(rows.map { Float($0[0])! } == values.map(\.0))
        #expect(rows.map { Double($0[1])! } == values.map(\.1))
    }

    @Test func `does not overwrite`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("metrics.csv", "former\n")
        let error = error(FileError.self) { _ = try MetricsCSV(path: path, columns: ["a"]) }
        #expect(error == FileError(path: path, operation: .create, code: EEXIST))
        #expect(try text(path) == "former\n")
    }

    @Test func `a row of another length is a mistake`() async {
        await #expect(processExitsWith: .failure) {
            let directory = try TemporaryDirectory()
            try MetricsCSV(path: directory.file("m"), columns: ["a", "b"]).append([.missing])
        }
    }
}

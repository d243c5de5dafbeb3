import Foundation
import Testing

@testable import Fetching

@Suite struct DatasetListTests {
    private let sample: FetchSample

    init() throws { sample = try FetchSample() }

    private var root: String { sample.root }

    @Test func `every state is listed with its exit code`() throws {
        let dataset = sample.dataset()
        func entry() -> DatasetList.Entry { DatasetList([dataset], root: root).entries[0] }
        let folder = "\(root)/sample"
        #expect(entry().directory == folder && entry().isAbsent && entry().exitStatus == .missingInput)
        #expect(
            entry().verdict
                == "sample: \(folder): absent; get it by: mnist-bilstm datasets fetch sample --to \(folder)")
        try sample.publish(on: "sample")
        #expect(entry().verdict == "sample: \(folder): verified" && entry().exitStatus == .success)
        #expect(DatasetList([dataset], root: root).text().contains("verified"))
        try sample.write(sample.contents[1].dropLast() + [9], to: "sample/\(sample.names[1])")
        #expect(entry().exitStatus == .badData)
        #expect(entry().verdict.hasPrefix("sample: \(folder): damaged\n  \(folder)/\(sample.names[1]): "))
        #expect(
            DatasetList([dataset], root: root).text().contains("\nsample: \(folder)/\(sample.names[1]): "))
        try FileManager.default.removeItem(atPath: "\(folder)/\(sample.names[1])")
        #expect(entry().exitStatus == .missingInput && !entry().isAbsent)
        #expect(entry().problems == ["sample: \(folder) has no train-labels-idx1-ubyte"])
    }

    @Test func `data sets of the same archive share its line`() {
        let text = DatasetList([.emnistLetters, .mnist, .emnistBalanced], root: root).text()
        let lines = text.split(separator: "\n").filter { $0.contains("gzip.zip") && $0.contains("MiB") }
        #expect(lines.count == 1 && lines[0].hasPrefix("emnist-letters, emnist-balanced  gzip.zip  "))
    }
}

import Foundation
import FuzzTargets
import TestSupport
import Testing

/// The inputs of the fuzz targets: the corpus with which `make fuzz` begins, and inputs that once crashed a reader.
private enum Inputs {
    static let corpus = Repository.path("Tests/Fuzz/Corpus")
    static let crashes = Repository.path("Tests/Fuzz/Crashes")

    static func names(in directory: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }
}

extension FuzzTarget: CustomTestStringConvertible {
    public var testDescription: String { name }
}

/// The tests run one after the other, because the targets write to files of the same names.
@Suite("Inputs of the fuzz targets", .serialized)
struct CorpusTests {
    @Test(arguments: FuzzTarget.all)
    func `every input is read or rejected`(target: FuzzTarget) throws {
        let directory = try TemporaryDirectory()
        for folder in [Inputs.corpus, Inputs.crashes].map({ "\($0)/\(target.name)" }) {
            for name in Inputs.names(in: folder) {
                let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
                do {
                    try target.run(Array(bytes), in: directory.path)
                } catch {
                    Issue.record("\(folder)/\(name): \(error)")
                }
            }
        }
    }

    @Test
    func `every target has inputs and every input has a target`() {
        let names = FuzzTarget.all.map(\.name).sorted()
        #expect(Inputs.names(in: Inputs.corpus) == names)
        #expect(Set(Inputs.names(in: Inputs.crashes)).isSubset(of: names))
        for name in names {
            #expect(!Inputs.names(in: "\(Inputs.corpus)/\(name)").isEmpty, "\(name) has no input")
        }
    }

    @Test
    func `the inputs are small`() throws {
        let files = FileManager.default.enumerator(atPath: Inputs.corpus)?.allObjects ?? []
        let size = try files.reduce(0) { sum, file in
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(Inputs.corpus)/\(file)")
            return sum
                + (attributes[.type] as? FileAttributeType == .typeRegular
                    ? attributes[.size] as? Int ?? 0 : 0)
        }
        #expect(size < 2 << 20)
    }
}

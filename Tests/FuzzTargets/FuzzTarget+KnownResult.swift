import Platform
import Runs
import Sweeps

extension FuzzTarget {
    /// A file of the directory of results. Its digests are corrected, and it gets the name of its training. It must be the
    /// same when it is written again.
    static let knownResult = FuzzTarget("known-result") { input in
        let results = KnownResults(path: input.makeDirectory("results"))
        var (text, identity) = (input.bytes, String(repeating: "0", count: 64))
        // Two digests and the name can be wrong.
        for attempt in 0..<4 {
            let folder = "results/\(identity.prefix(2))"
            _ = input.makeDirectory(folder)
            _ = input.write(text, to: "\(folder)/\(identity).json")
            defer { try? POSIX.discardFile(results.file(of: identity)) }
            do {
                guard let result = try results.find(identity) else {
                    throw FuzzFailure("the file is not found")
                }
                try POSIX.discardFile(results.file(of: identity))
                try results.store(result, identity)
                let again = try readBack { try results.find(identity) }
                let texts = try [JSON.text(result), again.map { try JSON.text($0) } ?? ""]
                return try require(texts[0] == texts[1], "the result differs when it is written again")
            } catch let error as SweepError where attempt < 3 {
                switch error {
                case .changedResult(_, let claimed, let found):
                    text = Array(String(decoding: text, as: UTF8.self).replacing(claimed, with: found).utf8)
                case .foreignResult(_, _, let found): identity = found
                default: throw error
                }
            }
        }
    }
}

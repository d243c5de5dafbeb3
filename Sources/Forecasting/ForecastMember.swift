import Platform
import Runs

/// One network of a forecast run, with a subdirectory of the run: `lstm-0` for the LSTM with seed 0.
struct ForecastMember {
    let model: ForecastModel
    let seed: UInt64
    let run: RunDirectory

    init(_ model: ForecastModel, seed: UInt64, in parent: RunDirectory) {
        self.model = model
        self.seed = seed
        run = RunDirectory(path: FilePath.join(parent.path, "\(model.rawValue)-\(seed)"))
    }

    /// Returns the networks of a run, in their order.
    static func all(in parent: RunDirectory) throws(FileError) -> [ForecastMember] {
        let members = try POSIX.names(in: parent.path).compactMap { name -> ForecastMember? in
            let words = name.split(separator: "-", omittingEmptySubsequences: false)
            guard words.count == 2, let model = ForecastModel(rawValue: String(words[0])),
                let seed = UInt64(words[1]), String(seed) == words[1]
            else { return nil }
            return ForecastMember(model, seed: seed, in: parent)
        }
        for member in members { try OpenDirectory.check(member.run.path) }
        return members.sorted { ($0.model.rank, $0.seed) < ($1.model.rank, $1.seed) }
    }

    var title: String { Self.title(model, seed: seed) }

    static func title(_ model: ForecastModel, seed: UInt64) -> String { "\(model.title), seed \(seed)" }

    /// Locks the network's directory, which is created if missing.
    func lock() throws -> RunDirectory.Lock {
        for path in [run.path, run.checkpoints] {
            if try POSIX.kind(at: path) == nil { try POSIX.makeDirectory(path) }
            try OpenDirectory.check(path)
        }
        return try RunDirectory.Lock(run)
    }
}

extension RunDirectory {
    /// Finds a forecast run.
    ///
    /// - Throws: ``RunError``, also for the directory of one of its networks, which is not a run itself.
    package static func findForecast(_ name: String, root: String) throws -> RunDirectory {
        let run = try find(name, root: root, of: .stockForecast).run
        let parent = RunDirectory(path: FilePath.directory(of: run.path))
        if try POSIX.kind(at: parent.configuration) != nil,
            try ForecastMember.all(in: parent).contains(where: { $0.run == run })
        {
            throw RunError.networkOfForecast(network: run.path, run: parent.path)
        }
        return run
    }
}

extension ForecastModel {
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self)! }
}

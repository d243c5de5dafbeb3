import Platform
import Runs
import Training

/// A trained network with the places of its files.
package struct TrainedForecast: Sendable {
    package let network: ForecastNetwork
    /// The path of the checkpoint.
    package let path: String
    /// The directory of the network in its run; nil for a checkpoint outside of a run.
    package let directory: RunDirectory?

    /// Returns the trained networks of a run, or the network of a checkpoint.
    ///
    /// - Parameters:
    ///   - name: `latest`, the name of a run, or the path of a run, of a network's directory in it, or of a checkpoint.
    ///   - root: The directory of runs.
    /// - Returns: The networks, at least one; the run, nil for a checkpoint; and problems of damaged checkpoints.
    /// - Throws: ``RunError``, ``FileError``, the error of a checkpoint.
    static func all(
        of name: String, root: String
    ) throws -> (networks: [TrainedForecast], run: RunDirectory?, problems: [String]) {
        let place = try RunDirectory.findTrained(name, root: root, of: .stockForecast)
        if let path = place.checkpoint {
            let network = try ForecastNetwork(Checkpoint(path: path), path: path)
            return ([TrainedForecast(network: network, path: path, directory: nil)], nil, [])
        }
        guard let run = place.run else { return ([], nil, []) }
        var problems: [String] = []
        let members = try ForecastMember.all(in: run)
        let trained = try (members.isEmpty ? [run] : members.map(\.run)).compactMap {
            run -> TrainedForecast? in
            guard let newest = try CheckpointStore(run).newest() else { return nil }
            problems += newest.problems
            return TrainedForecast(
                network: try ForecastNetwork(newest.checkpoint, path: newest.path), path: newest.path,
                directory: run)
        }
        if trained.isEmpty {
            // A resume creates the directories of the networks again.
            guard try POSIX.kind(at: run.configuration) != nil else {
                throw RunError.neverBegan(run: run.path)
            }
            throw RunError.noCheckpoint(
                run: run.path, resume: run.commandLine("--resume", of: Program.stockForecast.name))
        }
        return (trained, run, problems)
    }

    /// Returns the kinds of the trained networks of a run.
    ///
    /// - Parameters:
    ///   - name: As for ``all(of:root:)``.
    ///   - root: The directory of runs.
    package static func kinds(of name: String, root: String) throws -> [ForecastModel] {
        kinds(of: try all(of: name, root: root).networks)
    }

    private static func kinds(of networks: [TrainedForecast]) -> [ForecastModel] {
        ForecastModel.allCases.filter { kind in networks.contains { $0.network.model == kind } }
    }

    /// Returns one network of a run.
    ///
    /// - Parameters:
    ///   - name: As for ``all(of:root:)``.
    ///   - root: The directory of runs.
    ///   - model: The kind of the network; nil if the run has only one kind.
    ///   - seed: The seed of the network; nil for the smallest seed.
    /// - Returns: The network, and notices for the user.
    /// - Throws: ``OptionError`` if the run has no such network, or several kinds and `model` is nil.
    package static func one(
        of name: String, root: String, model: ForecastModel?, seed: UInt64?
    ) throws -> (network: TrainedForecast, notices: [String]) {
        let (all, _, problems) = try all(of: name, root: root)
        let kinds = kinds(of: all)
        guard model != nil || kinds.count == 1 else {
            let names = kinds.map(\.rawValue).joined(separator: ", ")
            throw OptionError("\(name) has several networks; choose one with --model: \(names).")
        }
        let found = all.filter {
            ($0.network.model == model ?? kinds[0]) && $0.network.seed == seed ?? $0.network.seed
        }
        guard let network = found.first else {
            let names = all.map { "\($0.network.model.title), seed \($0.network.seed)" }
            throw OptionError(
                "\(name) has no such trained network; choose one of these by --model and --seed: "
                    + "\(names.joined(separator: "; ")).")
        }
        let notice =
            found.count > 1
            ? [
                "\(found.count) networks differ only by their seeds; the one with seed \(network.network.seed) is used."
            ] : []
        return (network, problems + notice)
    }
}

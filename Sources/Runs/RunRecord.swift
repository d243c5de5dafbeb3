import Console
import Platform
import Training

/// The content of a run's files, as far as they exist and are undamaged. The run may be in any state and of any
/// version.
package struct RunRecord: Sendable {
    package let run: RunDirectory
    package let state: RunState
    package let metrics: RunMetrics
    package let summary: RunSummary?
    package let evaluation: Evaluation?
    package let configuration: RunConfiguration?
    /// The name of the program that made the run.
    package let program: String
    /// The metrics whose titles and units are known.
    private let knownMetrics: [Metric]
    /// Problems of unreadable files, each a line that names the file.
    package let problems: [String]

    /// Reads the available files; it never fails.
    ///
    /// - Parameters:
    ///   - run: The directory to read.
    ///   - programs: The known programs.
    ///   - ending: The final summary of a run whose process still holds the lock and has not written the summary yet.
    ///   - readsEvaluation: Whether to read the evaluation, the largest file.
    package init(
        _ run: RunDirectory, of programs: [Program], ending: RunSummary? = nil, readsEvaluation: Bool = true
    ) {
        var problems: [String] = []
        func value<Value>(of path: String, _ read: () throws -> Value) -> Value? {
            do {
                return try read()
            } catch let error as FileError where error.isMissing {
                return nil
            } catch let error as RunError {
                // The advice for a resume is left out.
                if case .invalidFile(let path, let reason) = error {
                    problems.append("\(path): \(reason)")
                } else {
                    problems.append("\(error)")
                }
                return nil
            } catch {
                problems.append(error is FileError ? "\(error)" : "\(path): \(error)")
                return nil
            }
        }
        self.run = run
        knownMetrics = programs.flatMap(\.metrics)
        configuration = value(of: run.configuration) { try RunConfiguration(run, of: programs) }
        program = configuration?.program ?? programs.first { $0.ownsUnnamedRuns }?.name ?? ""
        summary = ending ?? value(of: run.summary) { try RunSummary.read(run) }
        let isDamaged = !problems.isEmpty
        let read = value(of: run.metrics) { try RunMetrics.read(from: run.metrics) }
        metrics = read?.metrics ?? RunMetrics()
        if let problem = read?.problem { problems.append(problem) }
        evaluation =
            !readsEvaluation
            ? nil
            : value(of: run.evaluation) {
                let evaluation: Evaluation = try RunFile.read(from: run.evaluation)
                guard evaluation.isPossible, evaluation.count > 0 else {
                    throw RunError.invalidFile(path: run.evaluation, reason: "numbers out of range")
                }
                return evaluation
            }
        var told = ending?.state ?? summary?.state ?? .failed
        if ending == nil {
            do throws(FileError) { told = try run.state(of: summary) } catch { problems.append("\(error)") }
        }
        self.problems = problems
        state = isDamaged && told != .running ? .damaged : told
    }

    package var name: String { FilePath.name(of: run.path) }

    /// The start time of training, "2026-01-31T23:59:59Z"; if it is unknown, the time in the directory's name.
    package var started: String? {
        summary?.started ?? Self.time(ofName: name)
    }

    /// Returns the time in the name of a run's directory, "2026-01-31T23:59:59Z"; nil if it has none.
    package static func time(ofName name: String) -> String? {
        guard let stamp = RunDirectory.parts(ofName: name).map({ Array($0.time.utf8) }) else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: stamp[range], as: UTF8.self) }
        return
            "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
    }

    /// The number of complete epochs.
    package var epochs: Int { metrics.rows.isEmpty ? summary?.epochs ?? 0 : metrics.rows.count }

    /// The run's metrics, in the order of their columns.
    package var allMetrics: [Metric] {
        metrics.described(by: knownMetrics, own: configuration?.metrics ?? [])
    }

    /// The run's metrics other than loss and accuracy.
    package var otherMetrics: [Metric] { allMetrics.filter { $0 != .crossEntropy && $0 != .accuracy } }

    /// The requested number of epochs; nil if it is unknown, or if the weights were imported.
    package var wantedEpochs: Int? { isImported ? nil : configuration?.epochs }

    /// Whether the weights were imported from a file, so that the run has no epochs of its own.
    package var isImported: Bool { configuration?.isImported ?? false }

    /// The number of epochs in a table: "3/50"; "–" for imported weights.
    var epochsText: String { isImported ? "–" : "\(epochs)/\(wantedEpochs.map(String.init) ?? "?")" }

    package var hasValidation: Bool { metrics.hasValidation }

    package var trainingSeconds: Double {
        metrics.rows.isEmpty ? summary?.trainingSeconds ?? 0 : metrics.seconds
    }

    /// The reason for the end of the run, in words.
    package var reason: String? {
        if let reason = summary?.reason, state != .running { return reason }
        guard state == .failed else { return nil }
        return Language.english.text(summary == nil ? ReasonText.neverStarted : .killed)
    }

    /// Returns the reason for the end of the run in a language.
    package func reason(in language: Language) -> String? {
        reason.map { language.translated($0, from: ReasonText.self) }
    }

    /// Whether training ended because the loss or its gradient was not finite.
    package var hasDiverged: Bool {
        reason.map { TextTemplate(ReasonText.diverged.text.english).values(in: $0) != nil } ?? false
    }

    /// Whether training can be resumed.
    package var canResume: Bool { configuration != nil && (state == .stopped || state == .failed) }
}

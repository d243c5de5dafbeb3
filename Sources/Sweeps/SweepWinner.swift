import Console
import Platform
import Runs
import Training

/// The winner of a sweep: its best run, and the commands that use it.
struct SweepWinner {
    /// The run with the highest validation accuracy among the seeds of the winning setting.
    let run: RunDirectory
    let entry: SweepPlan.Entry
    private let accuracy: Double
    private let sweep: SweepDirectory
    private let plan: SweepPlan

    /// Finds the winner; nil until all entries are complete, if each setting diverged, and if the winner's entry was
    /// computed before and has no run yet.
    init?(_ sweep: SweepDirectory, _ results: SweepResults) {
        guard let (entry, result) = results.winningEntry,
            let accuracy = result[.accuracy, .validation], let run = result.run
        else { return nil }
        self.sweep = sweep
        self.entry = entry
        self.accuracy = accuracy
        plan = results.plan
        self.run = RunDirectory(path: FilePath.join(sweep.runs, run))
    }

    /// Makes the link `winner` in the sweep's directory point to the run. Commands find the run by it.
    func link() throws(FileError) {
        try OpenDirectory(sweep.path).point(
            FilePath.name(of: RunDirectory.winner(ofSweep: sweep.path)),
            to: FilePath.join(FilePath.name(of: sweep.runs), run.name))
    }

    /// Returns the description: "Best run of the winner: seed 3, validation accuracy 98.52 %".
    func title(in language: Language = .english) -> String {
        language.text(
            SweepText.bestRun, ["seed": "\(entry.seed)", "accuracy": TextFormat.percent(accuracy)])
    }

    /// The commands that use the winner, each with its purpose.
    var commands: [(purpose: SweepText, words: [String])] {
        let runs = FilePath.directory(of: FilePath.directory(of: sweep.path))
        // A sweep that was copied elsewhere is found only by its path.
        let isInPlace = sweep.path == FilePath.join(RunDirectory.sweeps(in: runs), sweep.name)
        let name = isInPlace ? sweep.name : sweep.path
        let place = isInPlace && runs != RunDirectory.defaultRoot ? ["--runs", runs] : []
        let program = sweep.program.name
        let predict = [program, "predict", "--run", name] + place
        let (use, words, train): (SweepText, [String], SweepText) =
            switch (try? RunSummary.read(run))?.sample ?? sweep.options.sample {
            case .image: (.classifyPictures, predict + ["picture.png"], .trainWinner)
            case .sequence: (.classifySequences, predict + ["new.csv"], .trainWinnerOnSequences)
            case .character: (.writeText, [program, "sample", name] + place, .trainWinnerOnText)
            }
        let split = sweep.options.hasTest(of: run) ? [] : ["--split", "validation"]
        return [
            (.evaluateWinner, [program, "evaluate", name] + split + place),
            (use, words),
            (train, [program, "train"] + plan.argumentsOnWholeSet(of: entry) + place),
        ]
    }

    /// The winner's run, checkpoint and commands, for people.
    var text: String {
        ([title(), "Checkpoint: \(run.bestCheckpoint)"]
            + commands.map { "\(Language.english.text($0.purpose)): \(ShellWords.quoted($0.words))" }).joined(
                separator: "\n")
    }
}

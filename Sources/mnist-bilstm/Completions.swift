import ArgumentParser
import Commands
import ImageClassification
import Runs
import Sweeps

extension CompletionKind {
    /// The runs; the sweeps for `sweep --resume`, which Bash completes as the `--resume` of the default command.
    static var run: CompletionKind {
        .custom { words, _, prefix in
            let line = CompletedLine(words, prefix: prefix)
            return line.command == "sweep" ? sweeps(line) : line.runs(in: RunDirectory.defaultRoot)
        }
    }

    /// The sweeps in `--runs`; paths if the word has a slash.
    static var sweep: CompletionKind {
        .custom { words, _, prefix in sweeps(CompletedLine(words, prefix: prefix)) }
    }

    private static func sweeps(_ line: CompletedLine) -> [String] {
        line.names(in: RunDirectory.sweeps(in: line.value(of: "--runs") ?? RunDirectory.defaultRoot))
    }

    /// The names of the recipes, and JSON files.
    static var recipe: CompletionKind {
        .words(ImageTraining.Recipe.all.map(\.name), orFiles: ["json"])
    }
}

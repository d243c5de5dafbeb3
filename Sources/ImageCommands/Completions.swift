import ArgumentParser
import Commands
import ImageClassification

extension CompletionKind {
    /// The names of the recipes, and JSON files.
    package static var recipe: CompletionKind {
        .words(ImageTraining.Recipe.all.map(\.name), orFiles: ["json"])
    }
}

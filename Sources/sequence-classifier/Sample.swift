import ArgumentParser
import Commands
import Console
import Datasets
import Platform
import Runs
import SequenceClassification
import Training

struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write text with a run of train --text.",
        discussion: """
            Example: sequence-classifier sample --prompt "ROMEO:"
                     sequence-classifier sample latest --length 2000 --temperature 0.5

            Each character is drawn from the probabilities that the model computes from the prompt and all characters before \
            it. The same seed writes the same text. Only the text is written to standard output, with the prompt before it.

            \(HelpText.modelExitCodes)
            """)

    @OptionGroup var chosen: TrainedRunArgument<SequenceClassifierTool>

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Beginning of the text, of characters of the training text (default: a line end)",
            valueName: "text"))
    var prompt = ""

    @Option(parsing: .unconditional, help: "Number of characters to write, 1 to 1,000,000")
    var length = 500

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Divisor of the scores before softmax, 0 to 100: below 1, likely characters become likelier; 0 always takes the \
            likeliest
            """, valueName: "number"))
    var temperature = 0.8

    @Option(parsing: .unconditional, help: "Seed of the random numbers")
    var seed: UInt64 = 0

    @OptionGroup var choice: CheckpointArguments<SequenceTraining.Options>

    @Flag(help: "Use the averaged weights of a run trained with --ema")
    var averaged = false

    @Flag(help: "Print one JSON object with the keys prompt and text")
    var json = false

    @OptionGroup var place: RunsArguments

    func validate() throws {
        guard (1...1_000_000).contains(length) else {
            throw ValidationError("--length must be 1 to 1,000,000, not \(length).")
        }
        guard (0...100).contains(temperature) else {
            throw ValidationError("--temperature must be 0 to 100, not \(temperature).")
        }
    }

    func run() throws {
        try explained { console in
            let model = try choice.model(chosen.name, root: place.runs, averaged: averaged)
            let generator = try model.generator(temperature: temperature, seed: seed)
            do throws(TextError) {
                try generator.read(prompt)
            } catch {
                throw OptionError("--prompt: \(error)")
            }
            let text = generator.text(length: length)
            guard generator.isFinite else {
                throw CheckpointError(path: model.path, problem: .scoresNotFinite)
            }
            guard json else { return console.print(result: prompt + text) }
            console.print(result: try JSON.text(["prompt": prompt, "text": text], pretty: false))
        }
    }
}

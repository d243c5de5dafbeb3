import ArgumentParser

/// The examples, one for each command; each is short enough for one screen.
@main
struct Examples: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "examples",
        abstract: "Small programs that show what recurrent layers do. Read them in Sources/examples.",
        discussion: "Example: examples encoder-decoder",
        subcommands: [
            RNNByHand.self, LSTMGatesExample.self, VanishingGradient.self, Shapes.self, ManyToOne.self,
            ManyToMany.self, OneToMany.self, EncoderDecoder.self,
        ])
}

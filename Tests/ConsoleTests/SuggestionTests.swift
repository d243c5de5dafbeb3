import Testing

@testable import Console

@Suite struct SuggestionTests {
    private static let names = [
        "learning-rate", "ema", "epochs", "schedule", "schedule-steps", "seed", "weight-decay", "batch-size",
        "bidirectional", "no-bidirectional", "hidden-size", "log-every", "dropout", "readout-dropout", "data",
        "clip-norm", "label-smoothing", "name", "early-stopping",
    ]

    @Test(arguments: [
        ("lr", "learning-rate"), ("learning_rate", "learning-rate"), ("learningRate", "learning-rate"),
        ("rate", "learning-rate"), ("lrate", "learning-rate"), ("sched", "schedule"), ("schedul", "schedule"),
        ("epoch", "epochs"), ("epcohs", "epochs"), ("wd", "weight-decay"), ("wdecay", "weight-decay"),
        ("bs", "batch-size"), ("batch", "batch-size"), ("hidden", "hidden-size"), ("size", "batch-size"),
        ("droput", "dropout"), ("clipnorm", "clip-norm"), ("smoothing", "label-smoothing"), ("dat", "data"),
        ("no-bidirectionl", "no-bidirectional"), ("patience", nil), ("x", nil), ("", nil), ("--", nil),
        ("éèê", nil), ("zzzz", nil),
    ])
    func `the intended option is suggested`(name: String, meant: String?) {
        #expect(Suggestion.closest(to: name, among: Self.names) == meant)
    }

    @Test func `a long word takes no time and is not an abbreviation`() {
        #expect(Suggestion.closest(to: String(repeating: "e", count: 1_000_000), among: Self.names) == nil)
    }
}

import Platform
import Runs
import Testing

@testable import SequenceClassification

@Suite("Options of the training on sequences")
struct SequenceOptionTests {
    private typealias Options = SequenceTraining.Options

    /// The names of all options, so that one without a field is found.
    @Test func `every option has a field`() {
        let parts: [Any] = [Options(), Options().common]
        let labels = parts.flatMap { Mirror(reflecting: $0).children.compactMap(\.label) }
        let names = labels.filter { $0 != "common" }.map { label -> String in
            label.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        }
        let keys = Options.fields.map { $0.key.hasSuffix("checkpoints") ? "checkpoints" : $0.key }
        let nested = ["checkpoint_every", "keep_checkpoints", "on_save_error"]
        #expect(
            Set(keys).subtracting(nested + ["checkpoints"]) == Set(names).subtracting(["checkpoints"]))
        #expect(Set(Options.fields.map(\.key)).count == Options.fields.count)
    }

    @Test(arguments: [
        (
            "validation",
            "--validation must be a fraction below 1 or a number of sequences or, with --text, of characters, not 1.5",
            1.5
        ),
        (
            "validation",
            "--validation must be a fraction below 1 or a number of sequences or, with --text, of characters, not -1.0",
            -1
        ),
        ("test_share", "--test-share must be between 0 and 1, not 1.0", 1),
    ])
    func `values outside the bounds are refused`(key: String, message: String, value: Double) {
        #expect(GivenOptions<Options>([(key, value.json)]).complaint == message)
    }

    @Test(arguments: [0.0, 0.25, 1, 50])
    func `the validation set is a fraction or a number`(value: Double) {
        #expect(GivenOptions<Options>([("validation", value.json)]).complaint == nil)
    }

    @Test func `a test set excludes a share of the data, and replaces it`() {
        var options = Options()
        (options.test, options.testShare) = ("a.ts", 0.5)
        #expect(
            options.complaint == "--test and --test-share cannot be combined; remove one of them")
        var shared = Options()
        shared.testShare = 0.5
        let given = GivenOptions<Options>([("test", .text("b.ts"))]).applied(to: shared)
        #expect(given.test == "b.ts" && given.testShare == nil && given.complaint == nil)
    }

    @Test func `options are the same after they are written and read`() throws {
        var options = Options()
        (options.epochs, options.validation, options.testShare) = (3, 0.2, 0.25)
        (options.readout, options.interpolate, options.labelColumn) = (.mean, true, "activity")
        let read: Options = try JSON.value(from: JSON.text(options))
        #expect(read == options)
        #expect(try Options().with(decisive: options.decisiveText()) == options)
    }
}

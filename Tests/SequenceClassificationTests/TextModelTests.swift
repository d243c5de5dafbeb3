import NeuralNetworks
import Testing

@testable import SequenceClassification

@Suite("Models of texts in the tool")
struct TextModelTests {
    static func model(
        _ size: Int, _ classes: Int, bidirectional: Bool = false, readout: Readout = .each
    ) -> SequenceModel {
        SequenceModel(
            RecurrentStack(.gru, inputSize: size, hiddenSize: 3, bidirectional: bidirectional),
            classCount: classes, readout: readout)
    }

    /// A forged checkpoint can contain any model.
    @Test func `only models that predict what they read in one direction are models of texts`() {
        typealias Options = SequenceTraining.Options
        #expect(Options.misfit(of: Self.model(5, 5).readingSymbols()) == nil)
        #expect(Options.misfit(of: Self.model(5, 3, readout: .final)) == nil)
        #expect(Options.misfit(of: Self.model(5, 6).readingSymbols()) != nil)
        #expect(Options.misfit(of: Self.model(5, 5, bidirectional: true).readingSymbols()) != nil)
        #expect(Options.misfit(of: Self.model(5, 5, readout: .final).readingSymbols()) != nil)
        #expect(Options.misfit(of: Self.model(5, 5)) != nil)
    }

    @Test(arguments: ["0", "-1", "65537", "1000000000"])
    func `a window out of range in a checkpoint is refused`(_ window: String) throws {
        let options = SequenceTraining.Options()
        #expect(try options.with(decisive: #"{"window":7}"#).window == 7)
        #expect(throws: DecodingError.self) { try options.with(decisive: "{\"window\":\(window)}") }
    }
}

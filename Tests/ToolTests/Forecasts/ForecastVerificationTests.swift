import Foundation
import Platform
import Runs
import TestSupport
import Testing

/// Each network of a forecast run has a receipt, whose training can be repeated.
@Suite("Receipts of forecasts", .timeLimit(.minutes(60))) struct ForecastVerificationTests {
    private let place: ForecastPlace

    init() throws { place = try ForecastPlace() }

    private func train(_ arguments: String...) throws {
        let outcome = try place.tool(
            ["--data", place.prices] + ForecastPlace.options(arguments + ["--horizon", "2"]))
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }

    /// Expects an exit code and a part of the output, or of the errors.
    private func verify(_ arguments: String..., code: Int32 = 0, says text: String) throws {
        let outcome = try place.tool(["verify"] + arguments)
        #expect(
            outcome.exitCode == code && (outcome.output + outcome.errors).contains(text),
            "\(arguments): \(outcome.exitCode), \(outcome.output)\(outcome.errors)")
    }

    private func receipt(_ network: String) throws -> Receipt {
        try Receipt.read(from: "\(place.run)/\(network)/receipt.json")
    }

    /// Writes a network's receipt with another content and its own digest.
    private func forge(_ network: String, _ change: (inout Receipt) -> Void) throws -> String {
        var receipt = try receipt(network)
        change(&receipt)
        let forged = place.place.path + "/forged-\(UUID().uuidString).json"
        try JSON.write(receipt.sealed, to: forged)
        return forged
    }

    @Test func `a run is reproduced with its forecasts, and each network by its directory or receipt`() throws
    {
        try train("--seeds", "2")
        for threads in ["1", "2"] {
            let whole = try place.tool("verify", "latest", "--threads", threads)
            #expect(whole.exitCode == 0 && whole.errors == "", "\(whole.output)\(whole.errors)")
            #expect(
                whole.lines.count { $0.hasPrefix("Reproduced to the last bit: 3 epochs, train loss ") } == 6)
            #expect(
                whole.output.contains(
                    "All forecasts of forecast.json are equal to the last bit.\n\nTrain: 20 days"))
        }
        let network = "\(place.run)/lstm-1"
        try verify(network, says: "Reproduced to the last bit: 3 epochs, train loss ")
        try verify(
            "\(network)/receipt.json", "--csv", place.prices, "--epochs", "2",
            says: "2 of 3 epochs. The final scores were not compared.")
        let options = try receipt("lstm-1").segments[0].options
        #expect(
            options["model"] == .text("lstm") && options["seed"] == .integer(1) && options["seeds"] == nil)
    }

    @Test func `a network that was resumed with other options has a segment for each`() throws {
        try train("--model", "gru")
        let before = try receipt("gru-0")
        let resumed = try place.tool(
            "--resume", "latest", "--allow-changes", "--epochs", "5", "--batch-size", "4", "--seeds", "2")
        #expect(resumed.exitCode == 0, "\(resumed.errors)")
        let receipt = try receipt("gru-0")
        #expect(receipt.segments.map(\.firstStep) == [0, 12] && receipt.epochs.count == 5)
        #expect(Array(receipt.epochs.prefix(3)) == before.epochs)
        try verify("latest", says: "All forecasts of forecast.json are equal to the last bit.")
    }

    @Test func `a changed network, score or forecast is not reproduced`() throws {
        try train("--model", "rnn")
        for (change, text) in [
            ({ $0.epochs[1] = $0.epochs[0] }, "the weights after epoch 1, counted from 0, differ"),
            ({ $0.scores["loss", .train] = 0.5 }, "train_loss: expected 0.5, found "),
            ({ $0.segments[0].options["seed"] = .integer(1) }, "the weights after epoch 0"),
        ] as [((inout Receipt) -> Void, String)] {
            try verify(forge("rnn-0", change), "--data", place.prices, code: 1, says: text)
        }
        let forecasts = try #require(place.record().models.first?.members.first?.forecasts)
        let changed = try place.text("forecast.json").replacing(
            "\(forecasts[3])", with: "\(forecasts[3].rounded())")
        try Data(changed.utf8).write(to: URL(filePath: "\(place.run)/forecast.json"))
        try verify("latest", code: 1, says: "forecast.json has other forecasts")
    }

    @Test func `other data and an unusable receipt are errors that say what to do`() throws {
        try train("--model", "rnn")
        let other = try place.write("other.csv", ForecastPlace.table(40, first: 3))
        try verify("latest", "--data", other, code: 65, says: "give those of the receipt with --data")
        let all = try forge("rnn-0") { $0.segments[0].options["model"] = .text("all") }
        try verify(
            all, "--data", place.prices, code: 65, says: #"expected one of rnn, lstm, gru, found "all""#)
        let program = try forge("rnn-0") { $0.program = "mnist-bilstm" }
        try verify(program, "--data", place.prices, code: 64, says: "verify it with that program")
        try verify("latest", "--epochs", "4", code: 64, says: "expected at least 4 epochs")
        try verify("latest", "--threads", "0", code: 64, says: "--threads must be 1 to 1024")
        try verify("none.json", code: 66, says: "the file does not exist")
        try FileManager.default.removeItem(atPath: "\(place.run)/rnn-0/receipt.json")
        try verify("latest", code: 66, says: "no receipt.json in ")
    }
}

import ImageClassification
import Platform
import Runs
import SequenceClassification

extension FuzzTarget {
    /// A receipt, whose own digest is corrected. It must be the same when it is written again, and options that are taken must
    /// be the receipt's.
    static let receipt = FuzzTarget("receipt") { input in
        let path = input.write(input.bytes)
        let receipt: Receipt
        do {
            receipt = try Receipt.read(from: path)
        } catch ReceiptError.changed(_, let claimed, let found) {
            let text = String(decoding: input.bytes, as: UTF8.self).replacing(claimed, with: found)
            // A digest that occurs more than once, as another one of the receipt, cannot be corrected in this way.
            receipt = try Receipt.read(from: input.write(Array(text.utf8)))
        }
        let text = try JSON.text(receipt)
        let again = try readBack { try Receipt.read(from: input.write(Array(text.utf8), to: "written")) }
        // The texts are compared, because NaN differs from itself.
        try require(try JSON.text(again) == text, "the receipt differs when it is written again")
        _ = receipt.isOfText
        for segment in receipt.segments.prefix(8) {
            try check(segment, ImageTraining.Options(), path)
            try check(segment, SequenceTraining.Options(), path)
        }
    }

    private static func check(
        _ segment: Receipt.Segment, _ base: some TrainingOptions, _ path: String
    ) throws {
        guard let options = try? base.with(receipt: segment.options, path) else { return }
        try require(options.complaint == nil, "options with a complaint are taken")
        try require(options.receiptOptions == segment.options, "other options are taken")
    }
}

import Protobuf

/// A value with a tag, which TensorBoard shows in the dashboard of its kind: "Scalars", "Text", "Histograms" or
/// "Images". A slash in a tag makes groups. All values of a tag must be of the same kind and in order of their steps.
///
/// The fields correspond to `Summary.Value` in TensorFlow's `core/framework/summary.proto`. Numbers, histograms and
/// images have their own fields, as in PyTorch's `SummaryWriter`, and need no metadata: TensorBoard infers the
/// dashboard from the field (its `data_compat.py`). Text has no such field; it is a tensor whose metadata name the
/// plugin "text".
package enum SummaryValue: Hashable, Sendable {
    /// A number; NaN and infinities are shown as such.
    case scalar(tag: String, value: Float)
    /// A text in Markdown, from which TensorBoard removes HTML.
    case text(tag: String, markdown: String)
    case histogram(tag: String, Histogram)
    /// An image. Several images of one subject need different tags: `mistakes/0`, `mistakes/1`, …
    case image(tag: String, PNGImage)

    package var tag: String {
        switch self {
        case .scalar(let tag, _), .text(let tag, _), .histogram(let tag, _), .image(let tag, _): tag
        }
    }

    func write(_ message: inout ProtobufWriter) {
        message.string(1, tag)
        switch self {
        case .scalar(_, let value): message.float(2, value)
        case .image(_, let image): message.message(4, image.write)
        case .histogram(_, let histogram): message.message(5, histogram.write)
        case .text(_, let markdown):
            message.message(8) { Self.writeTensor(markdown, &$0) }
            message.message(9) { metadata in
                metadata.message(1) { $0.string(1, "text") }
            }
        }
    }

    /// Writes a `TensorProto` (`core/framework/tensor.proto`) of one string. Its shape is empty, because with one
    /// dimension TensorBoard would draw a table around the text.
    private static func writeTensor(_ text: String, _ message: inout ProtobufWriter) {
        let stringType = 7
        message.integer(1, unlessZero: stringType)
        message.message(2) { _ in }
        message.string(8, text)
    }
}

/// One value under a tag, as TensorBoard shows it: a number in the dashboard "Scalars", or what else the
/// cases say. A slash in a tag makes groups. The values of a tag are all of the same kind, in order of their
/// steps.
///
/// The fields are those of `Summary.Value` in TensorFlow's `core/framework/summary.proto`. Numbers,
/// histograms and images are in the fields of their own there, as PyTorch's `SummaryWriter` has them, and
/// need no metadata: TensorBoard tells from the field which dashboard is meant (its `data_compat.py`). Text
/// has no such field; it is a tensor, and the metadata say that it is text.
package enum SummaryValue: Hashable, Sendable {
    /// Not-a-number and infinities are shown as such.
    case scalar(tag: String, value: Float)
    /// Markdown; TensorBoard leaves out HTML in it.
    case text(tag: String, markdown: String)
    case histogram(tag: String, Histogram)
    /// Several images of one subject have tags of their own: `mistakes/0`, `mistakes/1`, …
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

    /// `TensorProto` (`core/framework/tensor.proto`) of one string. An empty shape is that of a single value;
    /// in a shape of one dimension TensorBoard would draw a table around the text.
    private static func writeTensor(_ text: String, _ message: inout ProtobufWriter) {
        let stringType = 7
        message.integer(1, unlessZero: stringType)
        message.message(2) { _ in }
        message.string(8, text)
    }
}

import Console
import Platform

/// A model that was exported, as the command `export` prints it: as an object of JSON, or as text with the next steps.
protocol ExportedModel: Encodable {
    var text: String { get }
}

/// A page that was exported.
struct ExportedPage: ExportedModel {
    private let format = ExportFormat.html.rawValue
    private let path: String
    private let bytes: Int

    private enum CodingKeys: String, CodingKey { case format, path, bytes }

    init(path: String, bytes: Int) {
        self.path = path
        self.bytes = bytes
    }

    var text: String {
        "Written: \(path) (\(TextFormat.bytes(bytes)))\n\nNext, open the file in a browser; it needs no network."
    }
}

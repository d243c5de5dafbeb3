/// The format of `text/event-stream`, WHATWG HTML 9.2.
enum EventText {
    /// A comment, which keeps the connection open and shows the server that a browser left.
    static let alive = Array(": alive\n\n".utf8)

    /// Returns an event whose data are one line.
    static func event(_ name: String, _ data: String) -> [UInt8] {
        Array("event: \(name)\ndata: \(data)\n\n".utf8)
    }
}

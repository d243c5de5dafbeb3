#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

import RunsPage

/// The server that answers on a port of this machine.
enum PageProbe {
    /// The page of the same directory of runs.
    case samePage
    case other
    case nothing

    /// Asks the port. A server that does not answer within a second is another one.
    init(port: UInt16, root: String) {
        #if canImport(Glibc)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let socket = socket(AF_INET, stream, 0)
        guard socket >= 0 else {
            self = .other
            return
        }
        defer { close(socket) }
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            self = .nothing
            return
        }
        let identity = RunsPage.identity(of: root)
        self = identity != nil && Self.identity(from: socket, port: port) == identity ? .samePage : .other
    }

    /// Returns the identity that a page has in the header of its answer; nil for another server.
    private static func identity(from socket: Int32, port: UInt16) -> String? {
        let request = "HEAD / HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
        guard send(socket, request, request.utf8.count, 0) == request.utf8.count else { return nil }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        // The answer is short; a longer one, or one that arrives in many pieces, is another server's.
        for _ in 0..<8 {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
            if String(decoding: answer, as: UTF8.self).contains("\r\n\r\n") { break }
        }
        let lines = String(decoding: answer, as: UTF8.self).split(separator: "\r\n")
        guard lines.first?.hasPrefix("HTTP/1.1 200") == true else { return nil }
        let field = RunsPage.identityField.lowercased() + ": "
        return lines.first { $0.lowercased().hasPrefix(field) }.map { String($0.dropFirst(field.count)) }
    }
}

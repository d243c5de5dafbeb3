import FlyingFox
import FlyingSocks
import Platform
import RunsPage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The address of a server, and the secret of one that other machines can reach.
struct PageAddress: Sendable {
    /// The address that the user gave; nil for this machine only.
    let host: String?
    /// The port; 0 for any free one.
    let port: UInt16
    /// 128 random bits as text; nil for a server that only this machine can reach.
    let token: String?

    static let loopback = "127.0.0.1"

    init(host: String?, port: UInt16) {
        self.host = host
        self.port = port
        var generator = SystemRandomNumberGenerator()
        token = host.map { _ in
            (0..<2).map { _ in UInt64.random(in: .min ... .max, using: &generator).padded(to: 16, radix: 16) }
                .joined()
        }
    }

    /// Whether a text is an address of IPv4 or IPv6.
    static func isAddress(_ text: String) -> Bool { isIPv4(text) || isIPv6(text) }

    private static func isIPv4(_ text: String) -> Bool {
        var address = in_addr()
        return inet_pton(AF_INET, text, &address) == 1
    }

    private static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, text, &address) == 1
    }

    private var isIPv6: Bool { host.map { !Self.isIPv4($0) } ?? false }

    /// Returns a server that listens at the address.
    func server(_ handler: any HTTPHandler) throws -> HTTPServer {
        if let host, isIPv6 {
            return HTTPServer(
                address: try .inet6(ip6: host, port: port), logger: .disabled, handler: handler)
        }
        return HTTPServer(
            address: try .inet(ip4: host ?? Self.loopback, port: port), logger: .disabled, handler: handler)
    }

    /// Returns the same address with the port that the system chose.
    func with(port: UInt16) -> PageAddress { PageAddress(host: host, port: port, token: token) }

    private init(host: String?, port: UInt16, token: String?) {
        (self.host, self.port, self.token) = (host, port, token)
    }

    var access: PageGuard {
        token.map { PageGuard(hosts: [], token: $0) } ?? .loopback(port: Int(port))
    }

    /// The address for a browser. An address that means every one of this machine is replaced by its name.
    var text: String {
        var name = host ?? Self.loopback
        if name == "0.0.0.0" || name == "::" {
            name = Self.machineName ?? name
        } else if isIPv6 {
            name = "[\(name)]"
        }
        return "http://\(name):\(port)/" + (token.map { "?token=\($0)" } ?? "")
    }

    private static var machineName: String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return nil }
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.isEmpty ? nil : name
    }
}

/// Decides which requests are answered: requests of the page itself, and of no other website that the browser shows.
///
/// A website can let a browser send requests to a server on the same machine. Its script has another origin (RFC 6454),
/// which the browser names; if it points a name of its own to 127.0.0.1 (DNS rebinding), the field `Host` has that name.
package struct PageGuard: Sendable {
    /// The values of the field `Host` that are accepted, "127.0.0.1:8128"; any if empty.
    private let hosts: Set<String>
    /// The secret of a server that other machines can reach; nil if only this machine can.
    private let token: String?

    /// - Parameters:
    ///   - hosts: The names and addresses of the server, with its port; any if empty.
    ///   - token: The secret that a request must contain; nil for none.
    package init(hosts: Set<String>, token: String? = nil) {
        self.hosts = Set(hosts.map { $0.lowercased() })
        self.token = token
    }

    /// The guard of a server that only this machine can reach.
    package static func loopback(port: Int) -> PageGuard {
        PageGuard(hosts: Set(["127.0.0.1", "localhost", "[::1]"].map { "\($0):\(port)" }))
    }

    package func check(_ request: PageRequest) throws(PageError) {
        guard let host = request.headers["host"]?.lowercased(), hosts.isEmpty || hosts.contains(host) else {
            throw PageError(.foreign, .host, ["found": (request.headers["host"] ?? "none").quotedInAnswer])
        }
        if let origin = request.headers["origin"]?.lowercased(), origin != "http://\(host)" {
            throw PageError(.foreign, .origin, ["found": origin.quotedInAnswer])
        }
        if let site = request.headers["sec-fetch-site"], site != "same-origin", site != "none" {
            throw PageError(.foreign, .site)
        }
        if let token, !isEqual(token, to: request["token"] ?? cookie(in: request) ?? "") {
            throw PageError(.noToken, .token)
        }
        guard request.method == .post else { return }
        // A form of another website cannot send these two.
        guard request.headers["x-runs-page"] == "1",
            request.headers["content-type"]?.hasPrefix("application/json") ?? false
        else {
            throw PageError(.foreign, .fields)
        }
    }

    /// The field that keeps the token in the browser after its first request; nil if none is needed.
    package func cookie(for request: PageRequest) -> String? {
        guard let token, request["token"] != nil else { return nil }
        return "\(Self.cookieName)=\(token); HttpOnly; SameSite=Strict; Path=/"
    }

    private static let cookieName = "runs-page"

    private func cookie(in request: PageRequest) -> String? {
        let fields = (request.headers["cookie"] ?? "").split(separator: ";").map { $0.drop { $0 == " " } }
        return fields.first { $0.hasPrefix(Self.cookieName + "=") }.map {
            String($0.dropFirst(Self.cookieName.count + 1))
        }
    }

    /// Compares in a time that does not depend on the place of the first difference.
    private func isEqual(_ secret: String, to other: String) -> Bool {
        guard secret.utf8.count == other.utf8.count else { return false }
        return zip(secret.utf8, other.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

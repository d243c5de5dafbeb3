import Dispatch
import FlyingFox
import Platform
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Closes connections that do not end their request, do not read their answer, send more than a request may have, or are
/// too many. The HTTP server itself has no such limits: it would keep an endless header in memory.
///
/// The server does not show its sockets. Therefore the watch looks at the descriptors of this process: those with a peer
/// are connections. It resets a connection, and the server then closes it.
final class ConnectionWatch: Sendable {
    /// The time in which a connection must send a whole request, from its start or the answer before, and the time in which
    /// it must read a part of its answer, in seconds. Browsers open a connection again that was closed while it was idle.
    private static let patience = 20.0
    /// The bytes that a connection may send beyond its last whole request. The server needs a time for a line that grows
    /// with the square of its length.
    private static let mostBytes = 96 << 10
    /// The number of connections above which the oldest without progress are closed.
    private static let mostConnections = 256
    private static let interval = 0.25
    /// The number of free descriptors in a row after which no other is looked for.
    private static let widestGap: Int32 = 256

    private struct Connection {
        var peer: String
        /// The time of the last progress: the start, a whole request, a part of an answer.
        var progress: Double
        /// The number of bytes that were received up to the last whole request.
        var received: UInt64
    }

    private struct State {
        /// The connections by their descriptors.
        var connections: [Int32: Connection] = [:]
        /// The peers with progress since the last look.
        var progress: Set<String> = []
    }

    private let state = Mutex(State())
    /// Set once; its methods can be called by any thread.
    private nonisolated(unsafe) let timer: any DispatchSourceTimer

    init() {
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "runs-page.connections"))
        timer.schedule(deadline: .now() + Self.interval, repeating: Self.interval)
        timer.setEventHandler { [weak self] in self?.look() }
        timer.activate()
    }

    deinit { timer.cancel() }

    /// Notes that a connection has sent a whole request or read a part of an answer.
    func noteProgress(of address: HTTPRequest.Address?) {
        guard let peer = address.map(Self.text) else { return }
        state.withLock { _ = $0.progress.insert(peer) }
    }

    /// Allows as many open files as the system lets this process have, up to a bound: a connection needs one.
    static func raiseLimitOfFiles() {
        var limit = rlimit()
        #if canImport(Glibc)
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let files = RLIMIT_NOFILE
        #endif
        guard getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 8192))
        _ = setrlimit(files, &limit)
    }

    private func look() {
        state.withLock { state in
            let now = POSIX.monotonicSeconds()
            var found: [Int32: Connection] = [:]
            var number: Int32 = 3
            // Systems give the lowest free number to a new descriptor, so none is far above the others. A connection that
            // ended and that the server has not closed yet has no peer, but is open.
            var highest: Int32 = 3
            while number <= highest + Self.widestGap {
                defer { number += 1 }
                guard Self.isOpen(number) else { continue }
                highest = number
                guard let peer = Self.peer(of: number) else { continue }
                let received = Self.receivedBytes(number)
                var connection = state.connections[number]
                if connection?.peer != peer {
                    connection = Connection(peer: peer, progress: now, received: 0)
                }
                if state.progress.contains(peer) {
                    connection?.progress = now
                    connection?.received = received
                }
                found[number] = connection
            }
            state.progress = []
            state.connections = found
            let crowd =
                found.count > Self.mostConnections
                ? found.sorted { $0.value.progress < $1.value.progress }
                    .prefix(found.count - Self.mostConnections).map(\.key) : []
            for (number, connection) in found
            where now - connection.progress > Self.patience
                || Self.receivedBytes(number) > connection.received + UInt64(Self.mostBytes)
                || crowd.contains(number)
            {
                // The server may have closed it meanwhile, and the number may be another connection's.
                if Self.peer(of: number) == connection.peer { Self.end(number) }
            }
        }
    }

    /// Ends a connection at once: its peer gets a reset, and what the server did not read is discarded.
    private static func end(_ descriptor: Int32) {
        #if os(Linux)
            // Disconnects a TCP socket, connect(2). After `shutdown` alone, a peer that waits for room in the buffers learns
            // nothing: the system sends no window update any more, and the peer asks for one after growing times.
            var none = sockaddr()
            none.sa_family = sa_family_t(AF_UNSPEC)
            _ = connect(descriptor, &none, socklen_t(MemoryLayout<sockaddr>.size))
        #else
            // The server's `close` sends the reset.
            var reset = linger(l_onoff: 1, l_linger: 0)
            _ = setsockopt(
                descriptor, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout<linger>.size))
        #endif
        // Wakes the server, which then closes the descriptor.
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Returns whether a number is an open descriptor.
    private static func isOpen(_ number: Int32) -> Bool { fcntl(number, F_GETFD) >= 0 }

    /// Returns the address of a socket's peer; nil if a descriptor is no connection.
    private static func peer(of descriptor: Int32) -> String? {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) }
        }
        guard result == 0 else { return nil }
        switch Int32(address.ss_family) {
        case AF_INET:
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    var host = $0.pointee.sin_addr
                    return text(AF_INET, &host, port: UInt16(bigEndian: $0.pointee.sin_port))
                }
            }
        case AF_INET6:
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    var host = $0.pointee.sin6_addr
                    return text(AF_INET6, &host, port: UInt16(bigEndian: $0.pointee.sin6_port))
                }
            }
        default: return nil
        }
    }

    private static func text(_ family: Int32, _ host: UnsafeRawPointer, port: UInt16) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, host, &buffer, socklen_t(buffer.count)) != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            + " \(port)"
    }

    private static func text(_ address: HTTPRequest.Address) -> String {
        switch address {
        case .ip4(let host, let port), .ip6(let host, let port): "\(host) \(port)"
        case .unix(let path): path
        }
    }

    /// Returns the number of bytes that a connection received; 0 where the system does not tell it.
    private static func receivedBytes(_ descriptor: Int32) -> UInt64 {
        #if os(Linux)
            // `struct tcp_info` of Linux: `tcpi_bytes_received` is at offset 128 since Linux 4.1.
            var information = [UInt8](repeating: 0, count: 136)
            var size = socklen_t(information.count)
            let tcpInformation: Int32 = 11
            guard getsockopt(descriptor, Int32(IPPROTO_TCP), tcpInformation, &information, &size) == 0,
                size >= 136
            else { return 0 }
            return information[128..<136].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        #else
            return 0
        #endif
    }
}

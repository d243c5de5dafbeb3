import Foundation

/// Simulates a full disk: no file of this process can grow. Only for exit tests, which run in a separate process.
package enum FullDisk {
    package static func begin() { ResourceLimit.setFileSize(0) }
    package static func end() { ResourceLimit.setFileSize(.max) }
}

/// The limits of this process's resources. Only for exit tests, which run in a separate process.
package enum ResourceLimit {
    // The resources have a type of their own in Glibc and are numbers elsewhere.
    #if canImport(Glibc)
        private typealias Resource = __rlimit_resource_t
        private static let fileSize = Resource(RLIMIT_FSIZE.rawValue)
        private static let addressSpace = Resource(RLIMIT_AS.rawValue)
    #else
        private typealias Resource = Int32
        private static let fileSize = RLIMIT_FSIZE
        private static let addressSpace = RLIMIT_AS
    #endif

    /// Limits the size of files; `.max` is the limit that the process cannot exceed. Larger writes fail.
    package static func setFileSize(_ bytes: rlim_t) {
        // Without this, the signal would end the process.
        signal(SIGXFSZ, SIG_IGN)
        set(fileSize, bytes)
    }

    /// Limits the address space, as `ulimit -v` does.
    package static func setAddressSpace(_ bytes: rlim_t) { set(addressSpace, bytes) }

    private static func set(_ resource: Resource, _ bytes: rlim_t) {
        var limit = rlimit()
        precondition(getrlimit(resource, &limit) == 0)
        limit.rlim_cur = min(bytes, limit.rlim_max)
        precondition(setrlimit(resource, &limit) == 0)
    }
}

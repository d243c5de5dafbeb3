#if canImport(Glibc)
    import Foundation

    /// Simulates a full disk: no file of this process can grow. Only for exit tests, which run in a separate process.
    package enum FullDisk {
        package static func begin() { limit(0) }
        package static func end() { limit(.max) }

        private static func limit(_ bytes: rlim_t) {
            // Without this, the signal would end the process.
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit()
            let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
            precondition(getrlimit(resource, &limit) == 0)
            limit.rlim_cur = min(bytes, limit.rlim_max)
            precondition(setrlimit(resource, &limit) == 0)
        }
    }
#endif

#if canImport(Glibc)
    import Foundation

    /// A disk that is full: no file of this process grows. For exit tests only, whose process is their own.
    enum FullDisk {
        static func begin() { limit(0) }
        static func end() { limit(.max) }

        private static func limit(_ bytes: rlim_t) {
            // Else it would end the process.
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit()
            let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
            precondition(getrlimit(resource, &limit) == 0)
            limit.rlim_cur = min(bytes, limit.rlim_max)
            precondition(setrlimit(resource, &limit) == 0)
        }
    }
#endif

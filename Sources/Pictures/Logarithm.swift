// This imports the C library's log10 and exp10, without Foundation.
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

func log10(_ value: Double) -> Double {
    #if canImport(Glibc)
        Glibc.log10(value)
    #elseif canImport(Musl)
        Musl.log10(value)
    #else
        Darwin.log10(value)
    #endif
}

func exp10(_ value: Double) -> Double {
    #if canImport(Glibc)
        Glibc.pow(10, value)
    #elseif canImport(Musl)
        Musl.pow(10, value)
    #else
        Darwin.pow(10, value)
    #endif
}

/// The version of this package, as tools print it and as files store it.
package enum PackageVersion {
    package static let current = "0.1.0"
}

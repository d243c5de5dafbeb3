/// The version of this package, as tools print it and files keep it.
package enum PackageVersion {
    package static let current = "0.1.0"
}

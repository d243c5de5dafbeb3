/// The order of all sums, and of everything else that decides the last bit of trained weights. Two versions of this package
/// with the same trajectory train the same weights.
package enum Trajectory {
    /// The number of the trajectory. It is raised by a change after which the same training has other weights; then
    /// ``golden`` is replaced, too.
    package static let version = 1
    /// The SHA-256 of the digests of the weights of several small trainings, which a test repeats.
    package static let golden = "0000000000000000000000000000000000000000000000000000000000000000"
}

/// The order of all sums, and of everything else that decides the last bit of trained weights. Two versions of this package
/// with the same trajectory train the same weights.
package enum Trajectory {
    /// The number of the trajectory. It is raised by a change after which the same training has other weights; then
    /// ``golden`` is replaced, too.
    package static let version = 1
    /// The SHA-256 of the digests of the weights of several small trainings, which a test repeats.
    package static let golden = "58a054d0c0a4c50c70b9d40b9661b36c1df3cecabab0943469456ba907792f94"
}

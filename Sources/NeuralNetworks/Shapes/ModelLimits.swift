/// The limits of a model's sizes. They are the same in initialisers, in the options of the tools, for data and in
/// files, so that every model that can be trained can be loaded again.
package enum ModelLimits {
    /// The number of features of a step, of hidden units, and of values of a regressor.
    package static let sizes = 1...65_536
    /// The number of steps of a sequence.
    package static let steps = 1...65_536
    package static let layers = 1...1024
    package static let classes = 1...65_536
}

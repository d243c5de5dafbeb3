/// The greatest sizes of a model, the same in its initialisers, in the options of the tools, for data and in files: what
/// trains can be read back.
package enum ModelLimits {
    /// Features of a step, hidden units, and values of a regressor.
    package static let sizes = 1...65_536
    /// Steps of a sequence.
    package static let steps = 1...65_536
    package static let layers = 1...1024
    package static let classes = 1...256
}

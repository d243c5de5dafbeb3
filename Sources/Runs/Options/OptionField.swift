import Platform

/// The results that depend on an option.
package enum OptionScope: Sendable {
    /// The trained weights.
    case weights
    /// The trained weights: the path of another model. A receipt has the SHA-256 of that model's weights in its place.
    case model
    /// The final scores, the logs and the checkpoints, but not the weights.
    case scores
    /// The logs or the checkpoints, but neither the weights nor the scores.
    case logs
    /// Neither the weights nor the logs. A resume may change the option.
    case free
    /// As `free`, and without meaning after the run has ended.
    case passing
    /// As `free`: the networks of a run, each of which is trained by itself. A network's receipt names it.
    case networks
    /// As `free`: the place of the data on this machine.
    case place
    /// As `free`: a property of this machine.
    case machine
    /// As `free`: the name of the run, its directory, and the output on the screen.
    case display

    /// Whether runs with different values are different runs.
    package var isDecisive: Bool { affectsWeights || self == .scores || self == .logs }
    /// Whether the trained weights depend on the option.
    var affectsWeights: Bool { self == .weights || self == .model }
    /// Whether the option's value is in a receipt.
    var isInReceipt: Bool { self == .weights || self == .scores || self == .networks }
    /// Whether a value other than the default is not part of the recipe.
    package var isOfMachine: Bool { self == .place || self == .machine || self == .display }
    /// Whether the option belongs in a command that trains the same weights again.
    package var isReproduced: Bool { self != .passing && self != .machine && self != .display }
}

/// The origin of an option's value in the runs of a sweep.
package enum OptionInSweep: Sendable {
    /// Set by the user; can differ between runs.
    case free
    /// Set by the user; the same for all runs.
    case common
    /// Set by the sweep.
    case decided
}

/// An option, without the type of its value.
package struct OptionDescription: Sendable {
    /// The name in files: "learning_rate".
    package let key: String
    /// The path of the value in a file's object of options.
    let place: [String]
    package let scope: OptionScope
    package let inSweep: OptionInSweep
    /// The unit that follows the number on a command line: "s".
    let unit: String
    package let defaultValue: JSONValue

    /// The name on the command line: "--learning-rate".
    package var name: String { Self.name(ofKey: key) }

    package static func name(ofKey key: String) -> String { "--" + key.replacing("_", with: "-") }
}

/// One option of a program: its property, its valid values, and the results that depend on it.
///
/// An option is declared in three places: as a property of the options' type, as a field, and as an `@Option` in the
/// tool. Files, recipes, differences at a resume, sweeps and reports follow from the field.
package struct OptionField<Options: TrainingOptions>: Sendable {
    package let description: OptionDescription
    package var key: String { description.key }
    package var scope: OptionScope { description.scope }
    var place: [String] { description.place }
    /// Whether a resume keeps the run's value if the command line gives none.
    let isInherited: Bool
    /// The keys of options that are reset to their defaults when a command line gives this one.
    let replaced: [String]
    /// The kind of value, for an error: "a number".
    let expectation: String
    /// The other options with which this one has an effect, in words and as a condition; nil if it always has one.
    let use: Use?

    package struct Use: Sendable {
        let others: String
        let isUsed: @Sendable (Options) -> Bool

        /// Returns the error that an option has no effect.
        func complaint(_ name: String) -> String { "\(name) has an effect only with \(others)" }

        /// - Parameters:
        ///   - others: The other options in words: "--schedule cosine".
        ///   - isUsed: Returns whether the option has an effect with these options.
        package static func with(_ others: String, _ isUsed: @escaping @Sendable (Options) -> Bool) -> Use {
            Use(others: others, isUsed: isUsed)
        }
    }

    let json: @Sendable (Options) -> JSONValue
    /// Sets the value from JSON; returns false if the JSON is not a value of the option.
    let set: @Sendable (inout Options, JSONValue) -> Bool
    /// Copies the value from other options.
    let copy: @Sendable (inout Options, Options) -> Void
    /// Returns the error of an invalid value, without a full stop; nil if the value is valid.
    let complaint: @Sendable (Options) -> String?

    /// - Parameters:
    ///   - key: The name in files: "learning_rate".
    ///   - path: The property.
    ///   - bounds: The valid values.
    ///   - scope: The results that depend on the option.
    ///   - place: The path of the value in a file's object of options; the key if nil.
    ///   - use: The other options with which this one has an effect.
    ///   - replaced: The keys of options that are reset to their defaults when a command line gives this one.
    ///   - inSweep: The origin of the value in the runs of a sweep.
    ///   - isInherited: Whether a resume keeps the run's value if the command line gives none.
    ///   - unit: The unit that follows the number on a command line.
    package init<Value: OptionValue>(
        _ key: String, _ path: any WritableKeyPath<Options, Value> & Sendable,
        _ bounds: OptionBounds<Value> = .any, _ scope: OptionScope = .weights, place: [String]? = nil,
        use: Use? = nil, replacing replaced: [String] = [], inSweep: OptionInSweep = .free,
        isInherited: Bool = true, unit: String = ""
    ) {
        description = OptionDescription(
            key: key, place: place ?? [key], scope: scope, inSweep: inSweep, unit: unit,
            defaultValue: Options()[keyPath: path].json)
        self.isInherited = isInherited
        self.replaced = replaced
        self.use = use
        expectation = Value.expectation
        json = { $0[keyPath: path].json }
        set = { options, json in
            guard let value = Value(json: json) else { return false }
            options[keyPath: path] = value
            return true
        }
        copy = { $0[keyPath: path] = $1[keyPath: path] }
        complaint = { bounds.complaint($0[keyPath: path]).map { OptionDescription.name(ofKey: key) + $0 } }
    }

    /// Creates the field of an option that may be nil; the bounds apply to its value.
    package init<Value: OptionValue>(
        _ key: String, _ path: any WritableKeyPath<Options, Value?> & Sendable,
        _ bounds: OptionBounds<Value>, _ scope: OptionScope = .weights, place: [String]? = nil,
        use: Use? = nil, replacing replaced: [String] = [], inSweep: OptionInSweep = .free,
        isInherited: Bool = true, unit: String = ""
    ) {
        self.init(
            key, path, bounds.optional, scope, place: place, use: use, replacing: replaced, inSweep: inSweep,
            isInherited: isInherited, unit: unit)
    }
}

extension OptionDescription {
    /// The keys of the options that describe a model, which a file of weights has, too.
    static let modelKeys: Set = ["cell", "hidden_size", "layers", "bidirectional", "readout"]

    /// Returns whether an option applies to imported weights: whether it is a fact about the model or an option of
    /// `import`. The options of the training are unknown.
    static func isOfImport(_ key: String) -> Bool {
        modelKeys.contains(key) || ["dataset", "data", "runs", "name"].contains(key)
    }
}

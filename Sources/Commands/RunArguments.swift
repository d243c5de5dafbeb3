import ArgumentParser
import Platform
import Runs

/// A group of a command's arguments that are options of a run. Each `@Option` and `@Flag` has the name and the bounds
/// of a field in ``TrainingOptions/fields``.
package protocol RunArguments: ParsableArguments {
    associatedtype Options: TrainingOptions
}

extension RunArguments {
    package func validate() throws {
        if let complaint = GivenOptions<Options>(given).complaint { throw ValidationError(complaint + ".") }
    }

    /// The options that the command line gives, with their keys in files.
    package var given: [(key: String, value: JSONValue)] {
        Mirror(reflecting: self).children.flatMap { child -> [(key: String, value: JSONValue)] in
            if let group = child.value as? any ArgumentGroup { return group.given }
            // A property wrapper's storage has the property's name after an underscore.
            guard let label = child.label, let value = (child.value as? any GivenArgument)?.given else {
                return []
            }
            return [(label.dropFirst().snakeCase, value)]
        }
    }

    /// The given options as words of a command line. Only paths are given in this way.
    var givenWords: [String] {
        given.flatMap { [OptionDescription.name(ofKey: $0.key), $0.value.description] }
    }

    /// The names of the options that the command line gives: "--learning-rate".
    package var givenNames: [String] { given.map { OptionDescription.name(ofKey: $0.key) } }

    /// Returns options with the values that the command line gives.
    package func applied(to options: Options) -> Options {
        GivenOptions<Options>(given).applied(to: options)
    }
}

extension TrainingCommand {
    /// The options that the command line gives in groups, with their keys in files.
    package var given: [(key: String, value: JSONValue)] {
        Mirror(reflecting: self).children.flatMap { ($0.value as? any ArgumentGroup)?.given ?? [] }
    }
}

/// An argument whose text means an option's value: "90s" means 90 seconds.
package protocol OptionArgument {
    var optionValue: any OptionValue { get }
}

private protocol ArgumentGroup {
    var given: [(key: String, value: JSONValue)] { get }
}

extension OptionGroup: ArgumentGroup {
    fileprivate var given: [(key: String, value: JSONValue)] {
        (wrappedValue as? any RunArguments)?.given ?? []
    }
}

private protocol GivenArgument {
    /// The value as JSON; nil if the command line does not give the argument.
    var given: JSONValue? { get }
}

extension Option: GivenArgument {
    fileprivate var given: JSONValue? { json(of: wrappedValue) }
}

extension Flag: GivenArgument {
    /// A flag without an opposite is given if it is true.
    fileprivate var given: JSONValue? {
        if Value.self == Bool.self, (wrappedValue as? Bool) == false { return nil }
        return json(of: wrappedValue)
    }
}

private func json(of value: Any) -> JSONValue? {
    let value = (value as? any OptionArgument)?.optionValue ?? (value as? any OptionValue)
    return value.flatMap { $0.json == .null ? nil : $0.json }
}

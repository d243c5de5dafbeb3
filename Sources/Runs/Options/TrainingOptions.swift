import Platform

/// All options of a tool that files store. ``fields`` lists them.
package protocol TrainingOptions: Codable, Hashable, Sendable {
    /// The program that has these options.
    static var program: Program { get }
    /// Every option, in the order of the help.
    static var fields: [OptionField<Self>] { get }

    /// Creates the defaults.
    init()

    /// Returns a sentence, without its full stop, about given options that exclude each other; nil if there are none.
    ///
    /// - Parameter given: The keys of the options that were given, not left at their defaults.
    func conflict(among given: Set<String>) -> String?

    /// Updates options that follow from others given on a command line.
    ///
    /// - Parameters:
    ///   - given: The keys of the given options.
    ///   - base: The options before the command line.
    mutating func follow(_ given: Set<String>, from base: Self)
}

extension TrainingOptions {
    package func conflict(among given: Set<String>) -> String? { nil }
    package mutating func follow(_ given: Set<String>, from base: Self) {}

    package static func field(_ key: String) -> OptionField<Self>? { fields.first { $0.key == key } }

    private static var decisive: [OptionField<Self>] { fields.filter(\.scope.isDecisive) }
}

// MARK: Files

extension TrainingOptions {
    /// Returns the options as an object of JSON; options that are not set are left out.
    func object(_ fields: [OptionField<Self>]) -> [String: JSONValue] {
        fields.reduce(into: [:]) { object, field in object.put(field.json(self), at: field.place[...]) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(object(Self.fields))
    }

    /// Decodes options. A missing option, as in a file of an older version, has its default.
    package init(from decoder: any Decoder) throws {
        let object = try decoder.singleValueContainer().decode([String: JSONValue].self)
        do throws(OptionFault) {
            self = try Self().setting(object, among: Self.fields)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: error.description))
        }
    }

    /// Returns the options with the values that an object has for some of them; the others are unchanged.
    func setting(_ object: [String: JSONValue], among fields: [OptionField<Self>]) throws(OptionFault) -> Self
    {
        var options = self
        for field in fields {
            guard let value = object.value(at: field.place[...]) else { continue }
            guard field.set(&options, value) else {
                throw OptionFault(
                    key: field.key, place: field.place, expected: field.expectation, found: value)
            }
        }
        return options
    }

    /// Creates the options of a recipe file; options it omits have their defaults.
    ///
    /// - Parameter object: The content of the file. Only options that affect weights or logs are used; others are
    ///   ignored.
    /// - Throws: ``OptionFault`` for an unknown option and for a value of another type.
    package init(recipe object: [String: JSONValue]) throws(OptionFault) {
        let known = Set(Self.fields.map { $0.place[0] })
        if let key = object.keys.sorted().first(where: { !known.contains($0) }) {
            throw OptionFault(unknown: key, nearest: Self.decisive.map(\.key).nearest(to: key))
        }
        self = try Self().setting(object, among: Self.decisive)
    }

    /// Returns the options that affect weights and logs, as stored in a checkpoint.
    package func decisiveText() throws -> String {
        try JSON.text(object(Self.decisive), pretty: false)
    }

    /// Returns the options with the values that a checkpoint stores; an option that the checkpoint lacks has its
    /// default.
    ///
    /// - Throws: A `DecodingError` for an empty text and for other content.
    package func with(decisive text: String) throws -> Self {
        let object: [String: JSONValue] = try JSON.value(from: text)
        // A checkpoint of another program may have no options.
        guard !object.isEmpty else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "expected options, found none"))
        }
        var options = self
        for field in Self.decisive { field.copy(&options, Self()) }
        do throws(OptionFault) {
            options = try options.setting(object, among: Self.decisive)
        } catch {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: error.description))
        }
        if let complaint = Self.decisive.lazy.compactMap({ $0.complaint(options) }).first {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: complaint))
        }
        return options
    }
}

/// The error that a file has an unknown option, or an invalid value of an option.
package struct OptionFault: Error, Hashable, CustomStringConvertible {
    package let description: String
    /// The path of the value in a file's object of options.
    package let place: [String]

    init(key: String, place: [String], expected: String, found: JSONValue) {
        self.place = place
        description = "\(key.quoted): expected \(expected), found \(found.excerpt)"
    }

    init(unknown key: String, nearest: String?) {
        place = [key]
        description = "unknown option \(key.quoted)" + (nearest.map { "; did you mean \($0.quoted)?" } ?? "")
    }
}

extension [String: JSONValue] {
    fileprivate func value(at place: ArraySlice<String>) -> JSONValue? {
        guard let key = place.first, let value = self[key] else { return nil }
        if place.count == 1 { return value }
        guard case .object(let object) = value else { return nil }
        return object.value(at: place.dropFirst())
    }

    fileprivate mutating func put(_ value: JSONValue, at place: ArraySlice<String>) {
        guard let key = place.first, value != .null else { return }
        guard place.count > 1 else { return self[key] = value }
        var object: [String: JSONValue] = if case .object(let object) = self[key] { object } else { [:] }
        object.put(value, at: place.dropFirst())
        self[key] = .object(object)
    }
}

// MARK: Comparison

/// An option that differs between two runs.
package struct OptionChange: Hashable, Sendable {
    package let key: String
    package let own: JSONValue
    package let other: JSONValue

    /// The name on the command line.
    package var name: String { OptionDescription.name(ofKey: key) }
}

extension TrainingOptions {
    /// Returns the options that differ and that affect weights or logs.
    package func changes(to others: Self) -> [OptionChange] {
        Self.decisive.map { OptionChange(key: $0.key, own: $0.json(self), other: $0.json(others)) }
            .filter { $0.own != $0.other }.sorted { $0.key < $1.key }
    }

    /// Returns the same differences, each in words.
    ///
    /// - Parameter keys: The keys of the options to compare; all if nil.
    package func differences(to others: Self, among keys: Set<String>? = nil) -> [String] {
        changes(to: others).filter { keys?.contains($0.key) ?? true }.map {
            "\($0.name): the run has \($0.own.description), the command line gives \($0.other.description)"
        }
    }

    /// The values of the options that affect the trained weights, in the order of the help.
    package var weights: [JSONValue] { Self.fields.filter(\.scope.affectsWeights).map { $0.json(self) } }

    /// The values of the options that must be the same for all runs of a sweep.
    package var sameInSweep: [JSONValue] {
        Self.fields.filter { $0.description.inSweep == .common }.map { $0.json(self) }
    }

    /// Returns whether the trained weights are the same.
    package func trainsSameWeights(as others: Self) -> Bool { weights == others.weights }

    /// The options that affect weights or logs and are set, each with its name on the command line.
    package var listed: [(name: String, value: String)] { listed(among: Self.decisive) }

    /// The options of ``listed`` that apply to imported weights.
    var listedOfImport: [(name: String, value: String)] {
        listed(among: Self.decisive.filter { OptionDescription.isOfImport($0.key) })
    }

    private func listed(among fields: [OptionField<Self>]) -> [(name: String, value: String)] {
        fields.map { ($0.key, $0.json(self)) }.filter { $0.1 != .null }.sorted { $0.0 < $1.0 }
            .map { (OptionDescription.name(ofKey: $0), $1.description) }
    }
}

// MARK: Possible options

extension TrainingOptions {
    /// Resets options that have no effect in this combination to their defaults.
    package var effective: Self {
        var options = self
        let defaults = Self()
        for field in Self.fields where field.use.map({ !$0.isUsed(self) }) ?? false {
            field.copy(&options, defaults)
        }
        return options
    }

    /// A sentence, without its full stop, about the first given option that has no effect in this combination; nil if
    /// there is none.
    package var idleComplaint: String? {
        let defaults = Self()
        return Self.fields.lazy.compactMap { field in
            guard let use = field.use, !use.isUsed(self), field.json(self) != field.json(defaults) else {
                return nil
            }
            return use.complaint(OptionDescription.name(ofKey: field.key))
        }.first
    }

    /// The keys of the options that differ from their defaults.
    var chosen: Set<String> {
        let defaults = Self()
        return Set(Self.fields.filter { $0.json(self) != $0.json(defaults) }.map(\.key))
    }

    /// The reason why options read from a file are invalid, in the words of the command line, without a full stop; nil
    /// if they are valid.
    package var complaint: String? {
        Self.fields.lazy.compactMap { $0.complaint(self) }.first ?? conflict(among: chosen)
    }
}

extension [String] {
    /// Returns the element with the smallest edit distance to a text; nil if none is similar.
    package func nearest(to text: String) -> String? {
        let distances = map { (distance: $0.editDistance(to: text), element: $0) }
        guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= Swift.max(2, text.count / 3) ? best.element : nil
    }
}

extension String {
    /// Returns the number of letters to insert, remove or replace (Levenshtein distance).
    fileprivate func editDistance(to other: String) -> Int {
        let letters = Array(other)
        var row = Array(0...letters.count)
        for (place, letter) in self.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for column in letters.indices {
                let replaced = diagonal + (letters[column] == letter ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = Swift.min(replaced, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[letters.count]
    }
}

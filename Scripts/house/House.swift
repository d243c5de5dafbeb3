import Foundation

/// Checks that modules, and the folders of a module, refer to each other in one direction only, and prints the
/// references.
@main
struct House {
    private let list: String
    private var rooms: [Room] = []
    /// The lines of the list, by the paths in them.
    private var listed: [String: Int] = [:]
    /// The targets and products on which each target depends.
    private var dependencies: [String: [String]] = [:]
    /// The modules that are not part of a library product.
    private var inner: Set<String> = []
    /// The modules that are part of a library product.
    private var published: Set<String> = []
    private var findings: [String] = []

    static func main() throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: swift package dump-package | house LIST, in the root of the repository")
            exit(64)
        }
        var house = House(list: CommandLine.arguments[1])
        try house.readManifest(FileHandle.standardInput.readToEnd() ?? Data())
        house.checkList()
        house.checkImports()
        house.checkFolders()
        house.checkPromises()
        house.checkPreconditions()
        house.checkLibraryFunctions()
        house.printSizes()
        for finding in house.findings { print(finding) }
        print("house: \(house.findings.count) findings")
        exit(house.findings.isEmpty ? 0 : 1)
    }

    /// Reads the rooms in a list from the ground up: a module per line, with its folders indented below it.
    private init(list: String) {
        self.list = list
        for (index, line) in lines(list).enumerated() {
            let entry = line.prefix { $0 != "#" }
            guard let name = entry.split(separator: " ").first.map(String.init) else { continue }
            if entry.first == " " {
                rooms[rooms.count - 1].folders.append(name)
                listed["\(rooms[rooms.count - 1].directory)/\(name)"] = index + 1
            } else {
                rooms.append(Room(name: name))
                listed["Sources/\(name)"] = index + 1
            }
        }
        for index in rooms.indices { rooms[index].read() }
    }

    private mutating func readManifest(_ json: Data) throws {
        func objects(_ value: Any?) -> [[String: Any]] { value as? [[String: Any]] ?? [] }
        let package = try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]
        for target in objects(package["targets"]) {
            let name = target["name"] as? String ?? ""
            if target["type"] as? String == "regular" { inner.insert(name) }
            // One key is the kind of the dependency; its list begins with the name.
            let lists = objects(target["dependencies"]).map { $0.values.first as? [Any] }
            dependencies[name] = lists.compactMap { $0?.first as? String }
        }
        for product in objects(package["products"])
        where (product["type"] as? [String: Any])?["library"] != nil {
            published.formUnion(product["targets"] as? [String] ?? [])
        }
        inner.subtract(published)
    }

    private mutating func report(_ place: String, _ text: String) { findings.append("\(place): \(text)") }
}

extension House {
    /// Prints the size and the subject of every module.
    private func printSizes() {
        print("  lines  files public  module")
        for room in rooms {
            let sizes = [room.lineCount, room.files.count, room.publicCount]
            let text = [room.name, room.subject].compactMap { $0 }.joined(separator: ": ")
            print(sizes.map { "\($0)".right(7) }.joined() + "  " + text)
        }
        let totals = [rooms.map(\.lineCount), rooms.map(\.files.count), rooms.map(\.publicCount)]
        print(totals.map { "\($0.reduce(0, +))".right(7) }.joined() + "  all\n")
    }

    /// Checks that modules import only those below them, as declared in the manifest.
    private mutating func checkImports() {
        var matrix = Matrix(names: rooms.map(\.name))
        var indices = Dictionary(uniqueKeysWithValues: rooms.indices.map { (rooms[$0].name.moduleName, $0) })
        for name in dependencies.keys {
            // A link has the same sources, compiled for another instruction set.
            if let original = linkDestination("Sources/\(name)") { indices[name] = indices[original] }
        }
        let known = Set(dependencies.flatMap { [$0] + $1 }.map(\.moduleName))
        for (index, room) in rooms.enumerated() where !room.files.isEmpty {
            let declared = dependencies[room.name] ?? []
            var undeclared = known.subtracting(declared.map(\.moduleName))
            for (path, module) in room.files.flatMap({ file in file.imports.map { (file.path, $0) } }) {
                let (place, fact) = ("\(path):\(module.line)", "\(room.name) imports \(module.text)")
                let isUndeclared = undeclared.remove(module.text) != nil
                if let other = indices[module.text] { matrix.add(path, from: index, to: other) }
                if module.text == room.name.moduleName {
                    report(place, "\(room.name) imports itself: remove the import.")
                } else if let other = indices[module.text], other > index {
                    report(place, "\(fact), a later room: move what it needs there to an earlier one.")
                } else if isUndeclared {
                    report(place, "\(fact): add it to the target's dependencies in Package.swift.")
                }
            }
            let imported = Set(room.files.flatMap { $0.imports.map(\.text) })
            for dependency in declared where !imported.contains(dependency.moduleName) {
                let place = "Package.swift:\(manifestLine(dependency, of: room.name))"
                report(
                    place,
                    "\(room.name) imports \(dependency) nowhere: remove it from the target's dependencies.")
            }
        }
        print("Files of a row's module that import a column's:\n\(matrix)\n")
    }

    private func manifestLine(_ dependency: String, of target: String) -> Int {
        let lines = lines("Package.swift")
        let start = lines.lastIndex { $0.contains("name: \"\(target)\"") } ?? 0
        return (lines[start...].firstIndex { $0.contains("\"\(dependency)\"") } ?? start) + 1
    }

    /// Checks that folders refer only to those below them.
    private mutating func checkFolders() {
        var known: Set<String> = []
        for room in rooms {
            if !room.folders.isEmpty {
                let check = FolderCheck(room, known: known)
                findings += check.findings
                print("\(room.name), files of a row's folder that refer to a column's:\n\(check.matrix)\n")
            }
            for file in room.files { known.formUnion(file.members.union(file.usedMembers)) }
        }
    }

    /// Checks that every folder is in the list, and that every line of the list is a folder.
    private mutating func checkList() {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "Sources")) ?? []
        let paths = entries.filter { !$0.hasPrefix(".") }.map { "Sources/\($0)" }
        var found = Set(paths.filter { linkDestination($0) == nil })
        for room in rooms {
            let folders = Set(room.files.map(room.folder))
            if folders != ["."] || !room.folders.isEmpty {
                found.formUnion(folders.map { "\(room.directory)/\($0)" })
            }
        }
        for path in found.subtracting(listed.keys).sorted() {
            report(path, "not in \(list): add it there, after all that it refers to.")
        }
        for (path, line) in listed.sorted(by: { $0.value < $1.value }) where !found.contains(path) {
            report("\(list):\(line)", "no \(path): correct or remove the line.")
        }
    }

    /// Checks that every module has a subject, and that only library products have public declarations.
    private mutating func checkPromises() {
        for room in rooms where room.subject == nil && room.lineCount > 0 {
            report(room.subjectPlace, "no sentence says what \(room.name) is about: begin with one.")
        }
        let exported = Set(
            rooms.filter { !inner.contains($0.name) }.flatMap(\.files).flatMap(\.exportedTypes))
        for room in rooms where inner.contains(room.name) {
            for file in room.files {
                let names = file.types.map { "\(room.name).\($0.text)" }
                if !names.isEmpty, exported.isSuperset(of: names) { continue }
                guard let line = file.publicLines.first else { continue }
                let count = file.publicLines.count
                report(
                    "\(file.path):\(line)", "public in no library product, \(count) times: make it package.")
            }
        }
    }
}

extension House {
    /// Checks that the modules of library products see Platform's preconditions, whose messages release builds print.
    private mutating func checkPreconditions() {
        let names = ["precondition", "preconditionFailure"]
        for file in rooms.filter({ published.contains($0.name) }).flatMap(\.files)
        where !file.imports.contains(where: { $0.text == "Platform" }) {
            for (name, lines) in names.map({ ($0, file.calls(of: $0)) }) where !lines.isEmpty {
                report(
                    "\(file.path):\(lines[0])",
                    "\(name) prints no message in a release build, \(lines.count) times: add import Platform."
                )
            }
        }
    }
}

extension House {
    /// Checks that only examples and benchmarks use functions whose last digit depends on the C library.
    private mutating func checkLibraryFunctions() {
        for (path, name) in rooms.flatMap(LibraryFunctionCheck.uses) {
            report(
                "\(path):\(name.line)",
                "the last digit of the C library's \(name.text) differs between systems: use Elementary.\(name.text) "
                    + "of ElementaryFunctions.")
        }
    }
}

func lines(_ path: String) -> [String] {
    let data = FileManager.default.contents(atPath: path) ?? Data()
    return String(decoding: data, as: UTF8.self).components(separatedBy: "\n")
}

private func linkDestination(_ path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: path)
}

extension String {
    /// The name under which a target is imported.
    fileprivate var moduleName: String { replacingOccurrences(of: "-", with: "_") }
}

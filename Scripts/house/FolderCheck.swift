/// Finds the references between the folders of a module: by types, functions and constants that a folder declares, and
/// by members that it adds to other types.
///
/// It compares names, not their meanings. So a name counts only if it cannot mean something else: a type within another
/// type, a variable, or a member of another folder or of an earlier module.
struct FolderCheck {
    private enum Kind { case type, value, addition }

    private let module: Room
    private var owners: [String: (kind: Kind, folder: Int, place: String)] = [:]
    /// The inner types and the members of the folders up to the one that is being checked.
    private var innerTypes: Set<String> = []
    private var members: Set<String> = []
    private(set) var matrix: Matrix
    private(set) var findings: [String] = []

    /// - Parameter known: Members that earlier modules declare or use.
    init(_ module: Room, known: Set<String>) {
        self.module = module
        matrix = Matrix(names: module.folders)
        let files = module.folders.map { folder in module.files.filter { module.folder(of: $0) == folder } }
        for folder in files.indices {
            let others = files.indices.filter { $0 != folder }.flatMap { files[$0] }
            let elsewhere = others.reduce(into: known) { $0.formUnion($1.members) }
            let types = Set(files[folder].flatMap { $0.types.map(\.text) })
            for file in files[folder] {
                let additions = file.additions.filter { !types.contains($0.type) }.map(\.member)
                own(file.types, .type, by: folder, in: file)
                own(file.values, .value, by: folder, in: file)
                own(additions.filter { !elsewhere.contains($0.text) }, .addition, by: folder, in: file)
            }
        }
        for folder in files.indices {
            innerTypes.formUnion(files[folder].flatMap(\.hidingTypes))
            members.formUnion(files[folder].flatMap(\.members))
            for file in files[folder] { check(file, in: folder) }
        }
    }

    /// Assigns names to a folder. If several functions share a name, the earliest folder owns it.
    private mutating func own(_ names: [Token], _ kind: Kind, by folder: Int, in file: SourceFile) {
        for name in names where owners[name.text] == nil {
            owners[name.text] = (kind, folder, "\(file.path):\(name.line)")
        }
    }

    private mutating func check(_ file: SourceFile, in folder: Int) {
        let hidingValues = members.union(file.hidingValues)
        var reported: Set<String> = []
        for (index, token) in file.tokens.enumerated() {
            guard let owner = owners[token.text], owner.folder != folder else { continue }
            let isMember = file[index - 1].text == "." && file[index - 2].text != module.name
            switch owner.kind {
            case .type: if isMember || innerTypes.contains(token.text) { continue }
            case .value: if isMember || hidingValues.contains(token.text) { continue }
            case .addition: if !isMember { continue }
            }
            matrix.add(file.path, from: folder, to: owner.folder)
            guard owner.folder > folder, reported.insert(token.text).inserted else { continue }
            let (name, other) = (module.folders[folder], module.folders[owner.folder])
            findings.append(
                "\(file.path):\(token.line): \(name) refers to \(token.text) of \(other) (\(owner.place)), "
                    + "a later room: move \(token.text) to an earlier one, or this code to a later one.")
        }
    }
}

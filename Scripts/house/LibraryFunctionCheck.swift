/// Finds functions of the C library whose last digit depends on the library: `exp`, `pow` and others. What they
/// compute could reach weights, scores, files or charts.
///
/// Functions that IEEE 754 or the C standard defines to the last bit, `sqrt`, `fma`, `remainder`, `floor`, `ldexp` and
/// others, are allowed, and so are all functions in examples and benchmarks.
struct LibraryFunctionCheck {
    /// The modules that export the C library.
    private static let libraries: Set = ["Darwin", "Foundation", "FoundationEssentials", "Glibc", "Musl"]

    private static let functions: Set<String> = {
        let names = [
            "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "erf", "erfc",
            "exp", "exp10",
            "exp2", "expm1", "hypot", "lgamma", "log", "log10", "log1p", "log2", "pow", "sin", "sincos",
            "sinh", "tan",
            "tanh", "tgamma",
        ]
        return Set(names.flatMap { [$0, $0 + "f", $0 + "l", "__" + $0] })
    }()

    private static let exceptions: Set = ["examples", "onnx-cases", "recurrent-benchmark"]

    /// Returns the uses of such functions in a room's files: the path and the name.
    static func uses(in room: Room) -> [(path: String, name: Token)] {
        guard !exceptions.contains(room.name) else { return [] }
        return room.files.flatMap { file in uses(in: file).map { (file.path, $0) } }
    }

    /// A name means the library's function if it is a member of the library's module, or if the file imports the
    /// library and declares nothing of that name.
    private static func uses(in file: SourceFile) -> [Token] {
        guard file.imports.contains(where: { libraries.contains($0.text) }) else { return [] }
        let declared = Set(
            file.tokens.indices.filter { ["func", "let", "var"].contains(file[$0 - 1].text) }
                .map { file[$0].text })
        return file.tokens.indices.filter { index in
            let (name, previous, next) = (file[index].text, file[index - 1].text, file[index + 1].text)
            guard functions.contains(name) else { return false }
            if previous == "." { return libraries.contains(file[index - 2].text) }
            if declared.contains(name) { return false }
            // A call, or an argument that is not a parameter of the file's own.
            return next == "(" || !file.hidingValues.contains(name) && next != ":"
        }
        .map { file[$0] }
    }
}

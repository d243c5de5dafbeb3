import CSV
import Datasets
import Platform

/// Reads text files in UTF-8, raw or compressed with gzip.
package enum TextFile {
    /// Returns the text of a file, without a byte order mark.
    ///
    /// - Throws: `DatasetError` for a file that cannot be read, and for bytes that are not UTF-8.
    package static func read(path: String) throws(DatasetError) -> String {
        let source = try InputFile.content(ofFile: path, expecting: "a text file", isNamed: true)
        return try text(of: source.readText(as: .plain), path: path)
    }

    package static func text(of bytes: [UInt8], path: String) throws(DatasetError) -> String {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let content = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        guard let text = String(validating: content, as: UTF8.self) else {
            let offset = content.startIndex + invalidOffset(content)
            throw .invalid(
                file: path, problem: .otherEncoding, at: .byte(offset), expected: "UTF-8",
                found: "the byte 0x" + String(bytes[offset], radix: 16, uppercase: true))
        }
        return text
    }

    /// Returns the offset of the first character that is not valid.
    private static func invalidOffset(_ bytes: ArraySlice<UInt8>) -> Int {
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var offset = 0
        while case .valid(let character) = parser.parseScalar(from: &rest) { offset += character.count }
        return min(offset, bytes.count - 1)
    }
}

extension TextFileFormat {
    fileprivate static let plain = TextFileFormat(name: "a text file", problem: .notText)
}

extension DatasetError.Problem {
    fileprivate static let notText = Self("not a text file", saveAsText)
    fileprivate static let otherEncoding = Self(
        "not UTF-8",
        "convert the file, for instance by iconv -f CP949 -t UTF-8 (older Korean files) or -f ISO-8859-1 (Western ones)"
    )
    private static let saveAsText = "give a text file in UTF-8, raw or compressed with gzip"
}

/// Text from outside this program that may not be valid UTF-8: arguments and file names.
package enum RawText {
    /// Returns the bytes as text in quotes, on one line. Bytes that are not valid UTF-8 are written as "\xFF".
    package static func quoted(_ bytes: [UInt8]) -> String {
        var text = "\""
        scan(bytes) { piece, scalar in
            if let scalar {
                text += scalar.escaped(asASCII: false)
            } else {
                for byte in piece { text += "\\x" + String(byte, radix: 16, uppercase: true) }
            }
        }
        return text + "\""
    }

    /// Returns the first byte that is not valid UTF-8; nil if all are.
    static func firstForeignByte(_ bytes: [UInt8]) -> UInt8? {
        var found: UInt8?
        scan(bytes) { piece, scalar in if scalar == nil, found == nil { found = piece.first } }
        return found
    }

    /// Calls `body` for each scalar with its bytes, and with nil for bytes that are not valid UTF-8.
    private static func scan(_ bytes: [UInt8], _ body: (ArraySlice<UInt8>, Unicode.Scalar?) -> Void) {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var rest = bytes[...]
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                body(rest.prefix(encoded.count), Unicode.UTF8.decode(encoded))
                rest = rest.dropFirst(encoded.count)
            case .error(let length):
                body(rest.prefix(length), nil)
                rest = rest.dropFirst(length)
            case .emptyInput: return
            }
        }
    }

    /// Returns the error message about arguments that are not valid UTF-8; nil if all are valid.
    ///
    /// Without this check, a path in another encoding would silently become a different path.
    ///
    /// - Parameter arguments: The arguments, without the program's name.
    package static func complaint(about arguments: [[UInt8]]) -> String? {
        for (index, argument) in arguments.enumerated() {
            guard let byte = firstForeignByte(argument) else { continue }
            return
                "argument \(index + 1), \(quoted(argument)): expected UTF-8, found the byte \(byte.hexadecimal(digits: 2)); "
                + "if it is a path, rename the file or directory"
        }
        return nil
    }
}

extension CurrentProcess {
    /// The error message about the arguments of this process; nil if they are valid.
    package static var complaintAboutArguments: String? {
        let arguments = (1..<max(1, Int(CommandLine.argc))).map { index -> [UInt8] in
            guard let text = CommandLine.unsafeArgv[index] else { return [] }
            var count = 0
            while text[count] != 0 { count += 1 }
            return (0..<count).map { UInt8(bitPattern: text[$0]) }
        }
        return RawText.complaint(about: arguments)
    }
}

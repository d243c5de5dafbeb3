/// Texts and numbers in YAML.
package enum YAML {
    /// Returns a text in double quotes, with the escape sequences of JSON, which YAML has too. Characters that YAML does not
    /// allow, or reads as line ends, are escaped (YAML 1.2.2, sections 5.1 and 5.4).
    package static func quoted(_ text: String) -> String {
        JSON.quoted(text).unicodeScalars.reduce(into: "") { quoted, scalar in
            switch scalar.value {
            case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                quoted += "\\u" + Int(scalar.value).padded(to: 4, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
    }

    /// Returns a number that is finite. It has a decimal point, without which YAML 1.1 reads `5e-05` as a text.
    package static func text(of number: Double) -> String {
        let text = "\(number)"
        guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }
}

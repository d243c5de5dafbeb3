/// The form of a field's value, in the low three bits of the field's key. The two forms of groups, 3 and 4, are obsolete;
/// no format that this package reads has them.
enum ProtobufWireType: UInt64 {
    case varint = 0
    case eightBytes = 1
    case lengthDelimited = 2
    case fourBytes = 5
}

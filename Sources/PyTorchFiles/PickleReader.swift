import Platform

/// Reads a pickle by a closed list of instructions and names, and executes nothing. Time and memory are bounded by the
/// length of the pickle.
struct PickleReader {
    private let bytes: [UInt8]
    private let path: String
    /// Returns the number of bytes of a storage's file by its key; nil if there is none.
    private let storageSize: (String) -> Int?

    private(set) var objects = PickleObjects()
    private var place = 0
    /// The beginning of the instruction that is executed.
    private var start = 0
    private var stack: [PickleValue] = []
    /// The heights of the stack at its marks.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private var storages: [PyTorchStorage: Int] = [:]

    /// The greatest number of instructions; a tensor of a state_dict needs about 40.
    static let mostInstructions = 1_000_000
    /// The greatest length in bytes.
    static let mostBytes = 64 << 20
    /// The greatest length of a text that is kept, in bytes.
    static let longestText = 4096

    init(_ bytes: [UInt8], path: String, storageSize: @escaping (String) -> Int?) {
        self.bytes = bytes
        self.path = path
        self.storageSize = storageSize
    }

    /// Reads the pickle up to its STOP and returns its value.
    mutating func read() throws(PyTorchFileError) -> PickleValue {
        for _ in 0..<Self.mostInstructions {
            start = place
            let code = try byte()
            guard let opcode = PickleOpcode(rawValue: code) else {
                throw error(.opcode, "an instruction of a dictionary of tensors", code.hexadecimal(digits: 2))
            }
            if opcode == .stop { return try pop() }
            try execute(opcode)
        }
        throw error(.tooLarge, "at most \(Self.mostInstructions) pickle instructions", "more")
    }

    private mutating func execute(_ opcode: PickleOpcode) throws(PyTorchFileError) {
        switch opcode {
        case .proto:
            let version = try byte()
            guard (2...5).contains(version) else { throw error(.pickle, "protocol 2 to 5", "\(version)") }
        case .frame: _ = try take(8)
        case .none: stack.append(.none)
        case .newTrue: stack.append(.bool(true))
        case .newFalse: stack.append(.bool(false))
        case .binInt: stack.append(.integer(Int(Int32(truncatingIfNeeded: try unsigned(4)))))
        case .binInt1: stack.append(.integer(try unsigned(1)))
        case .binInt2: stack.append(.integer(try unsigned(2)))
        case .long1: stack.append(try long())
        case .binFloat:
            let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            stack.append(.number(Double(bitPattern: bits)))
        case .binUnicode: stack.append(try text(unsigned(4)))
        case .shortBinUnicode: stack.append(try text(unsigned(1)))
        case .emptyTuple: stack.append(sequence([]))
        case .tuple: stack.append(sequence(try popToMark()))
        case .tuple1: stack.append(sequence(try pop(count: 1)))
        case .tuple2: stack.append(sequence(try pop(count: 2)))
        case .tuple3: stack.append(sequence(try pop(count: 3)))
        case .emptyList:
            objects.sequences.append([])
            stack.append(.list(objects.sequences.count - 1))
        case .append: try append(pop(count: 1))
        case .appends: try append(popToMark())
        case .emptyDict: stack.append(dictionary())
        case .setItem: try setItems(pop(count: 2))
        case .setItems: try setItems(popToMark())
        case .mark: marks.append(stack.count)
        case .binPut: memo[try unsigned(1)] = try top()
        case .longBinPut: memo[try unsigned(4)] = try top()
        case .memoize: memo[memo.count] = try top()
        case .binGet: stack.append(try remembered(unsigned(1)))
        case .longBinGet: stack.append(try remembered(unsigned(4)))
        case .global:
            let module = try line()
            stack.append(.global(try global(module, line())))
        case .stackGlobal:
            let names = try pop(count: 2)
            guard let module = objects.text(names[0]), let name = objects.text(names[1]) else {
                throw error(.pickle, "two texts before STACK_GLOBAL", "other values")
            }
            stack.append(.global(try global(module, name)))
        case .binPersID: stack.append(try storage(pop()))
        case .reduce:
            let arguments = try pop()
            stack.append(try call(pop(), arguments))
        case .build: try build()
        default: throw error(.opcode, "an instruction of a dictionary of tensors", opcode.name)
        }
    }

    // MARK: Bytes

    private mutating func take(_ count: Int) throws(PyTorchFileError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - place else {
            throw error(.truncated, "\(count) more bytes", "\(bytes.count - place)")
        }
        defer { place += count }
        return bytes[place..<place + count]
    }

    private mutating func byte() throws(PyTorchFileError) -> UInt8 { try take(1).first ?? 0 }

    /// Reads a little-endian number without a sign.
    private mutating func unsigned(_ size: Int) throws(PyTorchFileError) -> Int {
        try take(size).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Reads an integer of any length; one of more than 64 bits is no size.
    private mutating func long() throws(PyTorchFileError) -> PickleValue {
        let content = try take(unsigned(1))
        guard content.count <= 8 else { return .other }
        let isNegative = content.last.map { $0 & 0x80 != 0 } ?? false
        let number = content.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
        return .integer(number)
    }

    /// Reads a text. One that cannot be a name is not kept.
    private mutating func text(_ count: Int) throws(PyTorchFileError) -> PickleValue {
        let content = try take(count)
        guard content.count <= Self.longestText else { return .other }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw error(.pickle, "a text in UTF-8", "other bytes")
        }
        guard text.isStreamSafe else { return .other }
        objects.texts.append(text)
        return .text(objects.texts.count - 1)
    }

    /// Reads a line of text, for GLOBAL.
    private mutating func line() throws(PyTorchFileError) -> String {
        let rest = bytes[place...].prefix(Self.longestText)
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
            throw error(.truncated, "a name on a line", "no end of the line")
        }
        defer { place = end + 1 }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }

    // MARK: Stack

    private func top() throws(PyTorchFileError) -> PickleValue {
        guard let value = stack.last, stack.count > marks.last ?? 0 else {
            throw error(.pickle, "a value on the stack", "none")
        }
        return value
    }

    private mutating func pop() throws(PyTorchFileError) -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    private mutating func pop(count: Int) throws(PyTorchFileError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else {
            throw error(.pickle, "\(count) values on the stack", "\(stack.count - (marks.last ?? 0))")
        }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws(PyTorchFileError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw error(.pickle, "a mark on the stack", "none") }
        defer { stack.removeLast(stack.count - mark) }
        return Array(stack[mark...])
    }

    private func remembered(_ index: Int) throws(PyTorchFileError) -> PickleValue {
        guard let value = memo[index] else {
            throw error(.pickle, "a value with the number \(index)", "none")
        }
        return value
    }

    // MARK: Objects

    private mutating func sequence(_ elements: [PickleValue]) -> PickleValue {
        objects.sequences.append(elements)
        return .tuple(objects.sequences.count - 1)
    }

    private mutating func dictionary() -> PickleValue {
        objects.dictionaries.append([])
        return .dictionary(objects.dictionaries.count - 1)
    }

    private mutating func append(_ elements: [PickleValue]) throws(PyTorchFileError) {
        guard case .list(let index) = try top() else { throw error(.pickle, "a list", "another value") }
        objects.sequences[index] += elements
    }

    private mutating func setItems(_ values: [PickleValue]) throws(PyTorchFileError) {
        guard case .dictionary(let index) = try top(), values.count.isMultiple(of: 2) else {
            throw error(.pickle, "pairs of a dictionary", "other values")
        }
        for key in stride(from: 0, to: values.count, by: 2) {
            objects.dictionaries[index].append(.init(key: values[key], value: values[key + 1], offset: start))
        }
    }

    /// Sets attributes of an OrderedDict, which hold versions only. No other object has attributes here.
    private mutating func build() throws(PyTorchFileError) {
        guard case .dictionary = try pop(), case .dictionary = try top() else {
            throw error(.opcode, "attributes of a dictionary", "BUILD of another object")
        }
    }

    private func global(_ module: String, _ name: String) throws(PyTorchFileError) -> PickleGlobal {
        if let global = PickleGlobal(module: module, name: name) { return global }
        let isModule = module == "__main__" || module.hasPrefix("torch.nn.modules")
        throw error(
            isModule ? .wholeModule : .global, "tensors in dictionaries",
            "\(module).\(name)".printableLine.cut(atMost: 200))
    }

    // MARK: Tensors

    /// Returns the storage that BINPERSID names: ("storage", type, key, device, count).
    private mutating func storage(_ id: PickleValue) throws(PyTorchFileError) -> PickleValue {
        guard let parts = objects.tuple(id), parts.count == 5, objects.text(parts[0]) == "storage",
            case .global(.storage(let type)) = parts[1], let key = objects.text(parts[2]),
            key.utf8.count <= 100, case .integer(let count) = parts[4]
        else { throw error(.storage, #"("storage", type, key, device, count)"#, "other values") }
        let size = count.multipliedReportingOverflow(by: type.size)
        guard count >= 0, !size.overflow else { throw error(.storage, "a count of numbers", "\(count)") }
        let storage = PyTorchStorage(key: key, type: type, count: count)
        if let known = storages[storage] { return .storage(known) }
        guard let found = storageSize(key) else {
            throw error(.storage, "the file data/\(key.printableLine) in the archive", "none")
        }
        guard found == size.partialValue else {
            throw error(
                .storageSize, "\(size.partialValue) bytes for \(count) numbers",
                "\(found) bytes in data/\(key.printableLine)")
        }
        objects.storages.append(storage)
        storages[storage] = objects.storages.count - 1
        return .storage(objects.storages.count - 1)
    }

    private mutating func call(
        _ function: PickleValue, _ arguments: PickleValue
    ) throws(PyTorchFileError) -> PickleValue {
        guard case .global(let global) = function, let arguments = objects.tuple(arguments) else {
            throw error(.pickle, "a function and its arguments before REDUCE", "other values")
        }
        switch global {
        case .orderedDictionary:
            guard arguments.isEmpty else {
                throw error(.pickle, "an empty OrderedDict", "one with arguments")
            }
            return dictionary()
        case .size:
            guard let sizes = arguments.first, arguments.count == 1, objects.integers(sizes) != nil else {
                throw error(.pickle, "sizes of a torch.Size", "other values")
            }
            return sizes
        case .rebuildParameter:
            guard let tensor = arguments.first, case .tensor = tensor else {
                throw error(.tensor, "a tensor of a parameter", "another value")
            }
            return tensor
        case .rebuildTensor: return try tensor(arguments)
        case .storage: throw error(.pickle, "a function before REDUCE", "a type of storages")
        }
    }

    /// Returns the tensor of `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks, …)`.
    private mutating func tensor(_ arguments: [PickleValue]) throws(PyTorchFileError) -> PickleValue {
        guard (6...7).contains(arguments.count), case .storage(let index) = arguments[0],
            case .integer(let offset) = arguments[1], let shape = objects.integers(arguments[2]),
            let strides = objects.integers(arguments[3])
        else { throw error(.tensor, "a storage, an offset, sizes and strides", "other values") }
        let storage = objects.storages[index]
        guard let tensor = TensorView(storage, offset: offset, shape: shape, strides: strides) else {
            let isRepeated = zip(shape, strides).contains { $0 > 1 && $1 == 0 }
            throw error(
                isRepeated ? .repeated : .tensor,
                "elements among the \(storage.count) numbers of data/\(storage.key.printableLine)",
                "offset \(offset), \(shape.count) sizes \(shape.prefix(8)), strides \(strides.prefix(8))")
        }
        objects.tensors.append(tensor)
        return .tensor(objects.tensors.count - 1)
    }

    private func error(
        _ reason: PyTorchFileError.Reason, _ expected: String, _ found: String
    ) -> PyTorchFileError {
        PyTorchFileError(path: path, place: .pickle(start), reason: reason, expected: expected, found: found)
    }
}

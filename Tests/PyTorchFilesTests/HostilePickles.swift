import ArchiveSamples

/// Pickles that attack a reader, or are damaged; every one must be refused.
enum HostilePickles {
    /// A file, with its name for messages.
    struct File {
        let name: String
        let bytes: [UInt8]
    }

    static let proto: [UInt8] = [0x80, 2]
    static let stop: [UInt8] = [0x2E]

    static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

    static func text(_ text: String) -> [UInt8] {
        [0x58] + StoredZip.number(UInt32(text.utf8.count)) + Array(text.utf8)
    }

    static func integer(_ number: Int32) -> [UInt8] { [0x4A] + StoredZip.number(number) }

    /// A call of a function with one text.
    static func call(_ module: String, _ name: String, _ argument: String) -> [UInt8] {
        proto + global(module, name) + text(argument) + [0x85, 0x52] + stop
    }

    /// A storage of `count` numbers in `data/KEY`.
    static func storage(_ key: String = "0", type: String = "FloatStorage", count: [UInt8] = integer(4))
        -> [UInt8]
    {
        [0x28] + text("storage") + global("torch", type) + text(key) + text("cpu") + count + [0x74, 0x51]
    }

    static func tuple(_ numbers: [Int32]) -> [UInt8] { [0x28] + numbers.flatMap(integer) + [0x74] }

    /// A dictionary with one tensor.
    static func tensor(
        storage: [UInt8] = storage(), offset: Int32 = 0, shape: [Int32] = [4], strides: [Int32] = [1]
    ) -> [UInt8] {
        proto + [0x7D] + text("weight") + global("torch._utils", "_rebuild_tensor_v2") + [0x28] + storage
            + integer(offset) + tuple(shape) + tuple(strides) + [0x89] + global("collections", "OrderedDict")
            + [0x29, 0x52, 0x74, 0x52, 0x73] + stop
    }

    static let numbers = [UInt8](repeating: 0, count: 16)

    /// The functions with which pickles attack Python.
    private static let functions: [(String, String)] = [
        ("os", "system"), ("posix", "system"), ("nt", "system"), ("subprocess", "Popen"),
        ("subprocess", "check_output"), ("subprocess", "run"), ("builtins", "eval"), ("builtins", "exec"),
        ("builtins", "compile"), ("builtins", "getattr"), ("builtins", "setattr"), ("builtins", "__import__"),
        ("builtins", "open"), ("builtins", "apply"), ("builtins", "bytearray"), ("__builtin__", "eval"),
        ("__builtin__", "exec"), ("__builtin__", "getattr"), ("__builtin__", "file"), ("runpy", "_run_code"),
        ("runpy", "run_module"), ("importlib", "import_module"), ("imp", "load_source"), ("socket", "socket"),
        ("pickle", "loads"), ("_pickle", "loads"), ("marshal", "loads"), ("types", "FunctionType"),
        ("types", "CodeType"), ("operator", "attrgetter"), ("operator", "methodcaller"),
        ("functools", "partial"),
        ("functools", "reduce"), ("ctypes", "CDLL"), ("code", "interact"), ("pty", "spawn"), ("pdb", "run"),
        ("webbrowser", "open"), ("shutil", "rmtree"), ("pathlib", "Path"), ("os", "remove"), ("os", "popen"),
        ("os", "execv"), ("sys", "exit"), ("sys", "setrecursionlimit"), ("asyncio", "run"),
        ("timeit", "timeit"),
        ("cProfile", "run"), ("bdb", "Bdb"), ("tempfile", "NamedTemporaryFile"), ("requests.api", "get"),
        ("urllib.request", "urlopen"), ("httplib", "HTTPSConnection"), ("torch", "load"), ("torch", "jit"),
        ("torch.hub", "load"), ("torch.storage", "_load_from_bytes"), ("torch._utils", "_rebuild_tensor"),
        ("torch._utils", "_rebuild_qtensor"), ("torch._utils", "_rebuild_sparse_tensor"),
        ("torch._utils", "_rebuild_device_tensor_from_numpy"), ("torch._tensor", "_rebuild_from_type_v2"),
        ("torch.nn.modules.rnn", "LSTM"), ("torch", "QInt8Storage"), ("torch", "FloatStorage.__init__"),
        ("torch", "ops"), ("numpy.core.multiarray", "_reconstruct"), ("numpy", "load"),
        ("collections", "OrderedDict.__init__"), ("collections", "defaultdict"), ("collections", "Counter"),
        ("copyreg", "_reconstructor"), ("copy_reg", "_reconstructor"), ("", "system"), ("os.system", ""),
        ("torch._utils ", "_rebuild_tensor_v2"), ("Torch._Utils", "_rebuild_tensor_v2"),
        ("torch\u{301}", "FloatStorage"), ("dill._dill", "_load_type"), ("cloudpickle", "loads"),
    ]

    private static func named(_ group: String, _ pickles: [[UInt8]]) -> [File] {
        pickles.enumerated().map { place, pickle in
            File(name: "\(group) \(place)", bytes: StoredZip.torch(pickle: pickle, storages: ["0": numbers]))
        }
    }

    /// Calls of functions by GLOBAL and REDUCE, and by STACK_GLOBAL.
    private static var calls: [File] {
        functions.flatMap { module, name in
            named(
                "\(module).\(name)",
                [
                    call(module, name, "echo hello"),
                    [0x80, 4] + text(module) + text(name) + [0x93] + text("x") + [0x85, 0x52] + stop,
                ])
        }
    }

    /// Each instruction that is not read, after a dictionary.
    private static var instructions: [File] {
        let refused: [UInt8] = [
            0x30, 0x31, 0x32, 0x46, 0x49, 0x4C, 0x8B, 0x50, 0x53, 0x54, 0x55, 0x56, 0x8D, 0x42, 0x43, 0x8E,
            0x96, 0x97, 0x98, 0x64, 0x6C, 0x8F, 0x90, 0x91, 0x67, 0x70, 0x69, 0x6F, 0x81, 0x92, 0x82, 0x83,
            0x84, 0x00, 0xFF, 0x0A, 0x41,
        ]
        return refused.map { code in
            File(
                name: "instruction \(code)",
                bytes: StoredZip.torch(
                    pickle: proto + [0x7D, 0x28, code] + Array("0\nos\nsystem\n".utf8) + stop))
        }
    }

    /// Structures that cost a careless reader its stack, its memory or its time.
    private static var bombs: [File] {
        let nested = 200_000
        let doubling: [UInt8] =
            [0x29, 0x71, 0] + (0..<60_000).flatMap { _ in [0x68, 0, 0x68, 0, 0x86, 0x71, 0] as [UInt8] }
        let wide = [UInt8](repeating: 0x7D, count: 1_100_000)
        let longPut: [UInt8] = [0x29] + (0..<50_000).flatMap { [0x72] + StoredZip.number(UInt32.max - $0) }
        let selfContained: [UInt8] = [0x7D, 0x71, 0] + text("state_dict") + [0x68, 0, 0x73]
        let manySizes: [UInt8] =
            [0x7D] + global("torch", "Size") + [0x71, 0, 0x28]
            + [[UInt8]](repeating: [0x4B, 1], count: 20_000)
            .joined()
            + [0x74, 0x71, 1, 0x85, 0x71, 2, 0x28]
            + [[UInt8]](repeating: [0x68, 0, 0x68, 2, 0x52], count: 100_000).joined()
        let manyNames: [UInt8] =
            [0x7D, 0x71, 0, 0x28] + [[UInt8]](repeating: [0x4B, 1, 0x4E], count: 10_000).joined()
            + [0x75, 0x7D, 0x28]
            + [[UInt8]](repeating: text("k") + [0x68, 0], count: 100_000).joined() + [0x75]
        let chain: [UInt8] = (0..<9).reduce([0x7D]) { inner, _ in [0x7D] + text("model") + inner + [0x73] }
        return named(
            "bomb",
            [
                proto + [UInt8](repeating: 0x29, count: 1) + [UInt8](repeating: 0x85, count: nested) + stop,
                proto + [UInt8](repeating: 0x5D, count: nested) + [UInt8](repeating: 0x61, count: nested - 1)
                    + stop,
                proto + [UInt8](repeating: 0x28, count: nested) + stop,
                proto + doubling + stop, proto + wide + stop, proto + longPut + stop,
                proto + selfContained + stop, proto + chain + stop,
                proto + manySizes + stop, proto + manyNames + stop,
                proto + [0x58] + StoredZip.number(UInt32.max) + [0x41] + stop,
                proto + [0x58] + StoredZip.number(UInt32(0x7FFF_FFFF)) + stop,
                proto + [0x8A, 255] + stop, proto + [0x95] + [UInt8](repeating: 255, count: 8) + stop,
            ])
    }

    private static var invalid: [File] {
        named(
            "invalid",
            [
                [], proto, [0x80], [0x80, 1] + stop, [0x80, 6] + stop, stop, proto + stop,
                proto + [0x4E] + stop,
                proto + [0x68, 7] + stop, proto + [0x6A, 1, 0, 0, 0] + stop, proto + [0x71, 0] + stop,
                proto + [0x74] + stop, proto + [0x52] + stop, proto + [0x4E, 0x4E, 0x52] + stop,
                proto + [0x7D, 0x4E, 0x73] + stop, proto + [0x7D, 0x28, 0x4E, 0x75] + stop,
                proto + [0x4E, 0x4E, 0x61] + stop, proto + [0x4E, 0x51] + stop, proto + [0x29, 0x51] + stop,
                proto + [0x4E, 0x7D, 0x62] + stop, proto + [0x7D, 0x4E, 0x62] + stop, proto + [0x7D] + stop,
                proto + [0x87] + stop, proto + [0x4E, 0x28, 0x86] + stop, proto + [0x93] + stop,
                proto + [0x63, 0x41], proto + [0x8C, 2, 0xC3, 0x28] + stop,
                proto + global("collections", "OrderedDict") + [0x4E, 0x85, 0x52] + stop,
                proto + global("torch", "Size") + [0x29, 0x52] + stop,
                proto + global("torch", "FloatStorage") + [0x29, 0x52] + stop,
                proto + global("torch._utils", "_rebuild_parameter") + [0x4E, 0x85, 0x52] + stop,
                proto + global("torch._utils", "_rebuild_tensor_v2") + [0x29, 0x52] + stop,
                // A dictionary of numbers, and tensors whose keys are no names.
                proto + [0x7D] + text("a") + [0x4B, 1, 0x73] + stop,
                Array(tensor().dropLast()), Array(tensor().dropLast(2)) + stop,
            ])
    }

    private static var tensors: [File] {
        let big = integer(Int32.max)
        let long: [UInt8] = [0x8A, 8] + [UInt8](repeating: 255, count: 7) + [0x7F]
        return named(
            "tensor",
            [
                tensor(offset: 1), tensor(offset: -1), tensor(shape: [5]), tensor(shape: [-4]),
                tensor(shape: [4], strides: [2]), tensor(shape: [4], strides: [-1]),
                tensor(shape: [4], strides: [0, 1]),
                tensor(shape: [1 << 30, 1 << 30, 1 << 30], strides: [0, 0, 0]),
                tensor(shape: [64], strides: [0]),
                tensor(shape: [2, 3], strides: [3, 1]), tensor(shape: [Int32.max], strides: [Int32.max]),
                tensor(shape: [1, 1, 1, 1, 1, 1, 1, 1, 1], strides: [1, 1, 1, 1, 1, 1, 1, 1, 1]),
                tensor(storage: storage("1")), tensor(storage: storage("../0")), tensor(storage: storage("")),
                tensor(storage: storage(String(repeating: "0", count: 200))),
                tensor(storage: storage(count: big)),
                tensor(storage: storage(count: long)), tensor(storage: storage(count: integer(-4))),
                tensor(storage: storage(count: integer(3))), tensor(storage: storage(type: "DoubleStorage")),
                tensor(storage: storage(type: "HalfStorage")), tensor(storage: storage(count: text("4"))),
                tensor(storage: [0x4E]), tensor(storage: [0x28, 0x74]), tensor(storage: text("storage")),
            ])
    }

    /// Archives whose directory lies.
    private static var archives: [File] {
        let good = tensor()
        func archive(_ files: [(String, [UInt8])]) -> [UInt8] {
            StoredZip.archive(files.map { (name: $0.0, content: $0.1) })
        }
        func changed(_ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
            var file = StoredZip.torch(pickle: good, storages: ["0": numbers])
            let place = offset < 0 ? file.count + offset : offset
            file.replaceSubrange(place..<place + bytes.count, with: bytes)
            return file
        }
        let whole = StoredZip.torch(pickle: good, storages: ["0": numbers])
        let lies: [[UInt8]] = [
            [], [0x50, 0x4B, 3, 4], Array(whole.dropLast()), Array(whole.dropFirst(4)),
            Array(whole.dropLast(60)),
            changed(-12, [255, 255, 255, 255]), changed(-6, [255, 255, 255, 255]),
            changed(-14, [255, 255, 255, 255]),
            changed(60, [255, 255, 255, 127]), changed(26, [255, 255]),
            archive([("a/data.pkl", good), ("b/data.pkl", good)]),
            archive([("a/data.pkl", good), ("a/data/0", numbers), ("a/data/0", numbers)]),
            archive([("data.pkl", good), ("data/0", numbers)]), archive([("a/data.npy", good)]), archive([]),
            archive([("a/data.pkl", good), ("a/data/0", numbers), ("a/byteorder", Array("big".utf8))]),
            archive([("a/data.pkl", good), ("a/data/0", numbers), ("a/byteorder", [])]),
            archive([("a/data.pkl", good), ("a/data/0", numbers), ("a/constants.pkl", stop)]),
            archive([("a/data.pkl", good), ("a/data/0", numbers), ("a/code/x.py", stop)]),
            Array("ustar".utf8), [UInt8](repeating: 0, count: 257) + Array("ustar\0".utf8),
            [UInt8](repeating: 0x80, count: 5000), Array("<!DOCTYPE html><html>".utf8),
        ]
        return lies.enumerated().map { File(name: "archive \($0)", bytes: $1) }
    }

    static var all: [File] { calls + instructions + bombs + invalid + tensors + archives }
}

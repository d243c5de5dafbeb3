import Foundation
import FuzzTargets

/// The target named in the environment. libFuzzer starts itself again with the same environment.
private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
        fatalError("FUZZ_TARGET: expected one of \(FuzzTarget.all.map(\.name)), received \(name)")
    }
    return target
}()

/// The directory for files, also named in the environment.
private let directory = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"

/// Reads one input. A wrong result ends the process, which libFuzzer reports as a crash with the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    do {
        try target.run(Array(UnsafeBufferPointer(start: data, count: count)), in: directory)
    } catch {
        fatalError("\(target.name): \(error)")
    }
    return 0
}

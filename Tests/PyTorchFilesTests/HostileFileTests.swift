import ArchiveSamples
import Foundation
import Platform
import TestSupport
import Testing

@testable import PyTorchFiles

@Suite("Hostile files of PyTorch")
struct HostileFileTests {
    @Test func `more than 200 hostile files are refused, each in less than a second`() throws {
        let files = HostilePickles.all
        #expect(files.count >= 200)
        let directory = try TemporaryDirectory()
        for file in files {
            let path = try directory.write(file.bytes)
            let start = threadSeconds()
            do {
                let weights = try PyTorchFile(path: path)
                for tensor in weights.tensors { _ = try weights.values(of: tensor) }
                Issue.record("\(file.name) was read")
            } catch let error as any ReportedError {
                #expect(error.exitStatus == .badData, "\(file.name): \(error)")
                #expect(error.description.utf8.count < 1024, "\(file.name): \(error)")
            } catch {
                Issue.record("\(file.name): \(error)")
            }
            let seconds = threadSeconds() - start
            #expect(seconds < 1, "\(file.name): \(seconds) s")
        }
    }

    /// Returns the processor time of this thread in seconds, which other tests do not affect.
    private func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    @Test func `the pickle that the hostile ones are made of is read`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(
            StoredZip.torch(pickle: HostilePickles.tensor(), storages: ["0": HostilePickles.numbers]))
        let file = try PyTorchFile(path: path)
        #expect(file.tensors.map(\.name) == ["weight"])
        #expect(try file.values(of: file.tensors[0]) == [0, 0, 0, 0])
    }

    @Test func `many names of one tensor are refused`() throws {
        let one = HostilePickles.tensor()
        // The tensor is remembered and set under twenty names.
        let items = (0..<20).flatMap { (number: Int) -> [UInt8] in
            HostilePickles.text("w\(number)") + [0x68, 9, 0x73]
        }
        let pickle = Array(one[..<(one.count - 2)]) + [0x71, 9, 0x73] + items + HostilePickles.stop
        let directory = try TemporaryDirectory()
        let path = try directory.write(
            StoredZip.torch(pickle: pickle, storages: ["0": HostilePickles.numbers]))
        let error = #expect(throws: PyTorchFileError.self) { try PyTorchFile(path: path) }
        #expect(error?.reason == .repeated)
    }
}

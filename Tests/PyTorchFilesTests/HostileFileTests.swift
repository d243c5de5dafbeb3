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

    @Test func `the pickle that the hostile ones are made of is read`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(
            StoredZip.torch(pickle: HostilePickles.tensor(), storages: ["0": HostilePickles.numbers]))
        let file = try PyTorchFile(path: path)
        #expect(file.tensors.map(\.name) == ["weight"])
        #expect(try file.values(of: file.tensors[0]) == [0, 0, 0, 0])
    }

    /// PyTorch writes any stride of a dimension of size 1.
    @Test func `a huge stride of a dimension of size 1 has no effect`() throws {
        let storage = PyTorchStorage(key: "0", type: .float32, count: 8)
        let view = try #require(
            TensorView(storage, offset: 1, shape: [1, 3, 1], strides: [.max, 2, .max]))
        #expect(view.bytes(of: Array(0..<32)) == [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23])
        #expect(TensorView(storage, offset: 1, shape: [2, 1], strides: [.max, 1]) == nil)
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

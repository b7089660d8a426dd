import Safetensors
import FoundationEssentials
import TestSupport
import Testing

@Suite("Safetensors files")
struct SafetensorsFileTests {
  /// A file of every type, with awkward names, numbers and shapes.
  static let sample = SafetensorsFile(
    tensors: [
      .init(
        name: "weight", shape: [2, 3],
        values: .float32([1, -0.0, 0.1, 3e38, .leastNonzeroMagnitude, -2.5])),
      .init(name: "scalar", shape: [], values: .float32([0.25])),
      .init(name: "empty", shape: [0, 3], values: .float32([])),
      .init(
        name: "Größe \"π\"\n\\", shape: [3], values: .int32([.min, 0, .max])),
      .init(name: "long", shape: [2, 1, 2], values: .int64([.min, -1, 0, .max])),
    ],
    metadata: ["format": "np", "key \"1\"": "tab\tÄ😀"])

  @Test("A file reads back as it was written")
  func roundTrip() throws {
    let file = try SafetensorsFile(decoding: Self.sample.encoded())
    #expect(file == Self.sample)
    #expect(file.tensor(named: "scalar")?.values == .float32([0.25]))
    #expect(file.tensor(named: "Scalar") == nil)
  }

  @Test("Every bit of a number is kept: infinities, NaN with its payload, the sign of zero")
  func bits() throws {
    let patterns: [UInt32] = [0x7F80_0000, 0xFF80_0000, 0x7FC0_1234, 0x8000_0000, 1]
    let written = SafetensorsFile(tensors: [
      .init(name: "x", shape: [5], values: .float32(patterns.map(Float.init(bitPattern:))))
    ])
    let read = try SafetensorsFile(decoding: written.encoded())
    guard case .float32(let values) = try #require(read.tensor(named: "x")).values else {
      Issue.record("not float32")
      return
    }
    #expect(values.map(\.bitPattern) == patterns)
  }

  @Test("A file without tensors is two brackets, and its data would start at a multiple of 8")
  func empty() throws {
    let bytes = SafetensorsFile(tensors: []).encoded()
    #expect(bytes == [8, 0, 0, 0, 0, 0, 0, 0] + Array("{}      ".utf8))
    #expect(try SafetensorsFile(decoding: bytes) == SafetensorsFile(tensors: []))
  }

  @Test("The bytes of a small file are those that the format's description asks for")
  func layout() {
    let file = SafetensorsFile(
      tensors: [
        .init(name: "a", shape: [2], values: .int32([1, -2])),
        .init(name: "b", shape: [1], values: .int64([0x0102_0304_0506_0708])),
      ], metadata: ["k": "v"])
    var header =
      #"{"__metadata__":{"k":"v"},"a":{"dtype":"I32","shape":[2],"data_offsets":[0,8]},"#
      + #""b":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}}"#
    header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    #expect(
      file.encoded()
        == [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8)
        + [1, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 8, 7, 6, 5, 4, 3, 2, 1])
  }

  @Test("A file that Python wrote")
  func fromPython() throws {
    let data = try #require(
      Data(base64Encoded: PythonSafetensors.base64.filter { !$0.isWhitespace }))
    let file = try SafetensorsFile(decoding: Array(data))
    #expect(file.metadata == Self.sample.metadata)
    #expect(file.tensors.count == Self.sample.tensors.count)
    for tensor in Self.sample.tensors {
      #expect(file.tensor(named: tensor.name) == tensor)
    }
  }

  @Test(
    "Python reads the file that we write",
    .enabled(if: Python.hasSafetensors, .init(rawValue: Python.safetensorsSkipReason)))
  func toPython() throws {
    struct Reading: Decodable {
      struct Tensor: Decodable {
        let dtype: String
        let shape: [Int]
        let bytes: [UInt8]
      }
      let metadata: [String: String]
      let tensors: [String: Tensor]
    }
    // In the order of falling alignment, as Python writes them, and in another.
    for tensors in [Self.sample.tensors, Self.sample.tensors.reversed()] {
      let folder = try TemporaryFolder()
      let file = SafetensorsFile(tensors: tensors, metadata: Self.sample.metadata)
      let path = try folder.write(file.encoded(), to: "ours.safetensors")
      let run = try Python.oracle("read_safetensors.py", [path])
      try #require(run.exitCode == 0, "\(run.errorOutput)")
      let reading = try JSONDecoder().decode(Reading.self, from: Data(run.output.utf8))
      #expect(reading.metadata == file.metadata)
      #expect(Set(reading.tensors.keys) == Set(tensors.map(\.name)))
      for tensor in tensors {
        let read = try #require(reading.tensors[tensor.name])
        let (type, bytes) = Self.typeAndBytes(tensor.values)
        #expect(read.dtype == type && read.shape == tensor.shape && read.bytes == bytes)
      }
    }
  }

  /// Numpy's name of the type, and the bytes that each number should have.
  static func typeAndBytes(_ values: SafetensorsFile.Values) -> (String, [UInt8]) {
    func bytes(_ word: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(word >> UInt64(8 * $0) & 0xFF) }
    }
    return switch values {
    case .float32(let values):
      ("float32", values.flatMap { bytes(UInt64($0.bitPattern), 4) })
    case .int32(let values):
      ("int32", values.flatMap { bytes(UInt64(UInt32(bitPattern: $0)), 4) })
    case .int64(let values):
      ("int64", values.flatMap { bytes(UInt64(bitPattern: $0), 8) })
    }
  }

  @Test("A file cut short anywhere is refused")
  func truncated() {
    let bytes = Self.sample.encoded()
    for length in 0..<bytes.count {
      let error = #expect(throws: SafetensorsError.self, "\(length) bytes") {
        try SafetensorsFile(decoding: Array(bytes[..<length]))
      }
      #expect(error.map(isOneSentence) == true)
    }
  }

  @Test("3000 damaged files load or are refused")
  func mutations() {
    var generator = SplitMix64(seed: 3)
    let bytes = Self.sample.encoded()
    let telling = Array("{}[]:,\"\\-0189eIF".utf8) + [0, 0xFF, 0x7F]
    var loaded = 0
    for _ in 0..<3000 {
      do {
        let damaged = mutated(bytes, telling: telling, by: &generator)
        let file = try SafetensorsFile(decoding: damaged)
        // What it takes for a file is one: written again it reads the same.
        #expect(try SafetensorsFile(decoding: file.encoded()).encoded() == file.encoded())
        loaded += 1
      } catch {
        #expect(isOneSentence(error))
      }
    }
    // Damage to a number goes unseen, damage to a header mostly does not.
    #expect(loaded > 0 && loaded < 1500)
  }
}

import FoundationEssentials
import TestSupport
import Testing

@testable import NumPyArchive

@Suite("Archives of NumPy's arrays")
struct NumPyArchiveTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A matrix of float32, a vector of whole numbers, one of doubles, one of texts, and an empty matrix.
  static func bytes(at place: Int = 0) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try withoutActuallyEscaping({ (piece: [UInt8]) throws in bytes += piece }) { output in
      var archive = NumPyArchive(at: place, output)
      try archive.begin("layer1/mean", .float32, shape: [2, 3])
      let rows: [[Float]] = [[0.1, -2, .nan], [.infinity, .leastNonzeroMagnitude, 3]]
      for row in rows { try archive.append(row.span) }
      try archive.end()
      try archive.add("step", [0, 1, 1 << 40, -1])
      try archive.add("loss", [0.1, -.infinity])
      try archive.add("name", ["", "Schicht ü", "\u{1F600}"])
      try archive.begin("empty", .float32, shape: [0, 64])
      try archive.end()
      try archive.finish()
    }
    return bytes
  }

  @Test("numpy reads back what was written", .enabled(if: Python.hasNumPy, "\(Python.skipReason)"))
  func numpy() throws {
    try folder.write(Self.bytes(), to: "a.npz")
    let script = """
      import numpy as np
      a = np.load("a.npz")
      assert sorted(a) == ["empty", "layer1/mean", "loss", "name", "step"], sorted(a)
      m = a["layer1/mean"]
      want = np.array([[0.1, -2, np.nan], [np.inf, 1e-45, 3]], np.float32)
      assert m.dtype == np.float32 and np.array_equal(m, want, equal_nan=True), m
      assert a["step"].dtype == np.int64 and a["step"].tolist() == [0, 1, 1 << 40, -1]
      assert a["loss"].dtype == np.float64 and a["loss"].tolist() == [0.1, -np.inf]
      assert a["name"].tolist() == ["", "Schicht ü", "\\U0001F600"], a["name"]
      assert a["empty"].shape == (0, 64) and a["empty"].dtype == np.float32
      """
    let run = try CommandRun("python3", ["-c", script], in: folder.path)
    #expect(run.exitCode == 0, "\(run.errorOutput)")
  }

  @Test("The same arrays give the same bytes, and an element more others")
  func sameBytes() throws {
    #expect(try Self.bytes() == Self.bytes())
    // The first number after the bytes of the archive itself is the time, 1980-01-01.
    #expect(try Array(Self.bytes()[10..<14]) == [0, 0, 0x21, 0])
  }

  @Test(
    "A header takes a multiple of 64 bytes, whatever the shape",
    arguments: [[], [3], [1_234_567_890], [100_000, 64], Array(repeating: 1, count: 30)])
  func header(shape: [Int]) throws {
    let header = NumPyHeader.bytes(of: .float32, shape: shape)
    #expect(header.count % 64 == 0 && header.last == UInt8(ascii: "\n"))
    #expect(Array(header[..<8]) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
    #expect(Int(header[8]) + Int(header[9]) << 8 == header.count - 10)
  }

  @Test("The shape of a vector has a comma, as Python's tuple of one has")
  func shapes() {
    func text(_ shape: [Int]) -> String {
      String(decoding: NumPyHeader.bytes(of: .int64, shape: shape).dropFirst(10), as: UTF8.self)
        .trimmingSuffix { $0 == " " || $0 == "\n" }
    }
    #expect(text([5]) == "{'descr': '<i8', 'fortran_order': False, 'shape': (5,), }")
    #expect(text([2, 3]) == "{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }")
  }
}

extension String {
  /// The text without the characters at its end for which `isPadding` is true.
  fileprivate func trimmingSuffix(_ isPadding: (Character) -> Bool) -> String {
    var text = self
    while let last = text.last, isPadding(last) { text.removeLast() }
    return text
  }
}

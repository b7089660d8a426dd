/// Writes an .npz file, which `numpy.load` reads, array by array, with memory for a few pieces of it alone.
///
/// The same arrays give the same bytes.
package struct NumPyArchive: ~Copyable {
  private var archive: ZIPWriter
  private var name = ""
  /// The number of bytes that the array still needs.
  private var missingBytes = 0

  /// Begins an archive whose bytes go to `output`, piece by piece; `place` is the number of bytes before it in the file.
  package init(at place: Int = 0, _ output: @escaping (_ bytes: [UInt8]) throws -> Void) {
    archive = ZIPWriter(at: place, output)
  }

  /// Begins an array; its elements follow by `append(_:)`, in row-major order.
  ///
  /// - Parameters:
  ///   - name: its name, ASCII; `/` makes folders.
  ///   - type: the type of its elements.
  ///   - shape: its sizes.
  /// - Throws: what the archive's `output` throws.
  package mutating func begin(_ name: String, _ type: NumPyType, shape: [Int]) throws {
    self.name = name
    missingBytes = shape.reduce(type.size, *)
    try archive.begin("\(name).npy")
    try archive.append(NumPyHeader.bytes(of: type, shape: shape).span)
  }

  /// Appends numbers to the array, which are of its type.
  ///
  /// - Throws: what the archive's `output` throws.
  package mutating func append<Number: BitwiseCopyable>(_ elements: Span<Number>) throws {
    missingBytes -= elements.count * MemoryLayout<Number>.stride
    try archive.append(elements)
  }

  /// Ends the array.
  ///
  /// - Precondition: it has as many elements as its shape says.
  /// - Throws: what the archive's `output` throws.
  package mutating func end() throws {
    precondition(missingBytes == 0, "The array \(name) lacks \(missingBytes) bytes of its shape.")
    try archive.end()
  }

  /// Adds a vector of whole numbers.
  ///
  /// - Throws: what the archive's `output` throws.
  package mutating func add(_ name: String, _ values: [Int]) throws {
    try begin(name, .int64, shape: [values.count])
    try append(values.span)
    try end()
  }

  /// Adds a vector of numbers.
  ///
  /// - Throws: what the archive's `output` throws.
  package mutating func add(_ name: String, _ values: [Double]) throws {
    try begin(name, .float64, shape: [values.count])
    try append(values.span)
    try end()
  }

  /// Adds a vector of texts.
  ///
  /// - Throws: what the archive's `output` throws.
  package mutating func add(_ name: String, _ values: [String]) throws {
    let texts = values.map { $0.unicodeScalars.map(\.value) }
    let length = max(1, texts.map(\.count).max() ?? 0)
    try begin(name, .text(length: length), shape: [values.count])
    for text in texts {
      try append((text + Array(repeating: 0, count: length - text.count)).span)
    }
    try end()
  }

  /// Ends the archive.
  ///
  /// - Throws: what its `output` throws.
  package mutating func finish() throws { try archive.finish() }
}

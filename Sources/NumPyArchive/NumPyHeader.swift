/// The header of an .npy file, version 1.0.
///
/// Source: the documentation of `numpy.lib.format`.
enum NumPyHeader {
  /// The header of an array in row-major order, padded so that the elements begin at a multiple of 64 bytes.
  static func bytes(of type: NumPyType, shape: [Int]) -> [UInt8] {
    let sizes = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let text = "{'descr': '\(type.description)', 'fortran_order': False, 'shape': (\(sizes)), }"
    let start = [0x93] + Array("NUMPY".utf8) + [1, 0]
    // Two bytes of the length, and a line feed at the end.
    let used = start.count + 2 + text.utf8.count + 1
    let padding = (64 - used % 64) % 64
    var bytes = start
    bytes.append(littleEndian: UInt16(text.utf8.count + padding + 1))
    return bytes + Array(text.utf8) + Array(repeating: UInt8(ascii: " "), count: padding)
      + [UInt8(ascii: "\n")]
  }
}

import Sealing
import SQLiteExtension

extension ScalarFunction {
  /// vec_unseal(v, frame): the vector v, which may be sealed in the frame; a vector that is not is answered as it is.
  static let unseal = ScalarFunction("vec_unseal", arguments: 2...2) {
    arguments throws(FunctionError) in
    guard let sealed = try arguments.bytes(0) else { return .null }
    guard sealed.count % MemoryLayout<Float>.stride != 0 else {
      return .floats(try arguments.floats(0) ?? [])
    }
    guard let stored = try arguments.bytes(1) else {
      throw FunctionError("argument 1 is a sealed vector, and its frame is NULL")
    }
    var numbers: [Float] = []
    let frame: VectorFrame
    do throws(FrameFault) {
      frame = try VectorFrame(bytes: stored.span, count: (stored.count - 5) / 5)
    } catch {
      throw FunctionError("argument 2, a frame, \(error.reason)")
    }
    guard frame.unseal(sealed.span, into: &numbers) else {
      throw FunctionError("argument 1 is no vector that is sealed in argument 2")
    }
    return .floats(numbers)
  }
}

/// The state of training after some steps, from which it can be resumed.
public struct Checkpoint: Sendable, Equatable {
  /// The number of updates before it.
  public let step: Int
  /// The contents of a safetensors file.
  public let tensors: [UInt8]

  /// Describes a checkpoint.
  public init(step: Int, tensors: [UInt8]) {
    self.step = step
    self.tensors = tensors
  }
}

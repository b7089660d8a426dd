/// What training had come to after some steps, from which it can go on.
public struct Checkpoint: Sendable, Equatable {
  /// The number of updates made before.
  public let step: Int
  /// A safetensors file.
  public let tensors: [UInt8]

  /// Describes a checkpoint.
  public init(step: Int, tensors: [UInt8]) {
    self.step = step
    self.tensors = tensors
  }
}

/// The optimizer.
package enum OptimizerKind: String, CaseIterable, Codable, Sendable {
  case sgd
  case adam
}

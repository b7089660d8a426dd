/// The status of a run in TensorBoard's table of hyperparameters.
package enum SessionStatus: Int, Sendable {
  case unknown = 0
  case success = 1
  case failure = 2
  case running = 3
}

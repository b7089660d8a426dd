/// One check of a network's health: what was looked for, how much of it there is, and from where on it is a problem.
struct HealthCheck {
  /// The outcome of a check.
  enum Status: String {
    case ok
    case warn
    /// The network does not work.
    case fail = "FAIL"
    /// The run lacks what the check needs.
    case unknown = "?"
  }

  let status: Status
  /// The name, such as "dead units".
  let name: String
  /// The value in words.
  let value: String
  /// The layer where it is worst; nil where it is the same in all, or of the network.
  var layer: Int?
  /// The value from which it is a problem, in words.
  let limit: String
  /// The sentences on the problem: where it is, its size, and what to do; empty where there is none.
  var sentences: [String] = []

  var isProblem: Bool { status == .warn || status == .fail }
}

/// The mean and variance that batch norm normalizes with.
public enum StatisticsMode: String, CaseIterable, Sendable, Codable {
  /// The mean and variance of the examples themselves.
  case batch
  /// The running mean and variance of training, an estimate of the population's.
  case running
  /// The mean and variance of a pass over training examples with fixed weights, merged by the law of total variance.
  case precise
  /// The same pass, but the variance is m/(m-1) times the mean variance of its batches of m examples (Ioffe and Szegedy
  /// 2015, Algorithm 2).
  case ioffe
  /// None: the network has no batch norm.
  case none

  /// The modes in the order of how well their figures represent the trained network, which would be used with the first.
  public static let preference: [StatisticsMode] = [.running, .none, .precise, .ioffe, .batch]

  /// The name of the mode in a sentence, such as "running statistics".
  public var words: String {
    switch self {
    case .batch: "batch statistics"
    case .running: "running statistics"
    case .precise: "precise population statistics"
    case .ioffe: "Ioffe-Szegedy population statistics"
    case .none: "no batch norm"
    }
  }
}

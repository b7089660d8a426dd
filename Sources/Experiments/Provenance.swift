package import Datasets
import FoundationEssentials
package import Network
package import RunStore

/// Where a run's numbers come from: the tool, the machine, the data.
package struct Provenance: Codable, Sendable, Equatable {
  /// The data set as it was loaded.
  package struct Data: Codable, Sendable, Equatable {
    /// Its name.
    package let name: String
    /// Whom it is from, and its licence.
    package let source: String
    /// The number of training examples.
    package let trainCount: Int
    /// The number of test examples.
    package let testCount: Int
    /// The number of features.
    package let features: Int
    /// The number of classes.
    package let classes: Int

    private enum CodingKeys: String, CodingKey {
      case name, source, features, classes
      case trainCount = "train_count"
      case testCount = "test_count"
    }
  }

  /// The version of Normscope.
  package let version: String
  /// What computed the matrix products.
  package let matrixKernel: String
  /// How many threads a product used.
  package let threads: Int
  /// The name of the machine.
  package let host: String
  /// The operating system.
  package let operatingSystem: String
  /// The git commit of the working directory, if it is in a repository.
  package let gitCommit: String?
  /// The data.
  package let data: Data
  /// The file whose parameters it started from; nil where they were drawn.
  package let initFrom: String?
  /// What the steps that are written survive, "process" or "full"; nil in runs of before this was kept.
  package let durability: String?
  /// The steps at which the run was resumed; nil where it never was.
  ///
  /// All else is of the last time.
  package let resumedAt: [Int]?

  private enum CodingKeys: String, CodingKey {
    case version, threads, host, data, durability
    case matrixKernel = "matrix_kernel"
    case operatingSystem = "operating_system"
    case gitCommit = "git_commit"
    case initFrom = "init_from"
    case resumedAt = "resumed_at"
  }

  /// The provenance of a run on this machine, now.
  ///
  /// - Parameters:
  ///   - kernel: what computes matrix products.
  ///   - dataset: the data.
  ///   - durability: what the steps that are written survive.
  ///   - initFrom: the file whose parameters the run started from.
  ///   - resumedAt: the steps at which the run was resumed.
  package init(
    kernel: MatrixKernel, dataset: Dataset, durability: RunDatabase.Durability,
    initFrom: String? = nil, resumedAt: [Int]? = nil
  ) {
    version = toolVersion
    matrixKernel = kernel.name
    threads = kernel.threads
    host = ProcessInfo.processInfo.hostName
    operatingSystem = ProcessInfo.processInfo.operatingSystemVersionString
    gitCommit = GitCommit.current(of: FileManager.default.currentDirectoryPath)
    data = Data(
      name: dataset.name, source: dataset.source, trainCount: dataset.train.count,
      testCount: dataset.test.count, features: dataset.featureCount, classes: dataset.classCount)
    self.durability = durability.rawValue
    self.initFrom = initFrom
    self.resumedAt = resumedAt
  }

  /// The provenance that `text` is the JSON of; nil where it is another's.
  package init?(json text: String) {
    guard
      let read = try? JSONDecoder().decode(
        Provenance.self, from: FoundationEssentials.Data(text.utf8))
    else { return nil }
    self = read
  }
}

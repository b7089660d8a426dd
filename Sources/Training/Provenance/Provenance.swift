package import Datasets
import FoundationEssentials
package import Network

/// The provenance of a run: the tool, the machine, the data.
package struct Provenance: Codable, Sendable, Equatable {
  /// The data set as it was loaded.
  package struct Data: Codable, Sendable, Equatable {
    /// The name of the data set.
    package let name: String
    /// The authors and the license.
    package let source: String
    /// The number of training examples.
    package let trainCount: Int
    /// The number of test examples.
    package let testCount: Int
    /// The number of features.
    package let features: Int
    /// Height, width and channels of an example; nil in runs of older versions.
    package let shape: [Int]?
    /// The names of the features, where they have some and at most `largestNameCount`; nil elsewhere.
    package let columns: [String]?
    /// The number of classes, which are the outputs of a classifier.
    package let classes: Int
    /// The number of classes without a training example; nil for none.
    package let untrainedClasses: Int?
    /// The digest of the features, with its kind: see `DatasetDigest`; nil in runs of older versions.
    package let featuresDigest: String?
    /// The digest of the labels, likewise.
    package let labelsDigest: String?

    /// The largest number of column names that is recorded: lists of runs read them all.
    package static let largestNameCount = 1000

    /// Describes `dataset`.
    package init(of dataset: Dataset) {
      let digest = DatasetDigest(of: dataset)
      let shape = dataset.exampleShape
      name = dataset.name
      source = dataset.source
      trainCount = dataset.train.count
      testCount = dataset.test.count
      features = dataset.featureCount
      self.shape = [shape.height, shape.width, shape.channels]
      columns = dataset.columns.flatMap { $0.count <= Data.largestNameCount ? $0 : nil }
      classes = dataset.classCount
      let untrained = dataset.untrainedClasses.count
      untrainedClasses = untrained > 0 ? untrained : nil
      featuresDigest = digest.features
      labelsDigest = digest.labels
    }
  }

  /// The version of Normscope.
  package let version: String
  /// The kernel of the matrix products.
  package let matrixKernel: String
  /// The number of threads.
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
  /// The failures that written steps survive, "process" or "full"; nil in runs of older versions.
  package let durability: String?
  /// The steps at which the run was resumed; nil where it never was.
  ///
  /// All other properties describe the last process.
  package let resumedAt: [Int]?

  /// The provenance of a run on this machine, now.
  ///
  /// - Parameters:
  ///   - kernel: the kernel of the matrix products.
  ///   - dataset: the data.
  ///   - durability: the failures that written steps survive.
  ///   - initFrom: the file whose parameters the run started from.
  ///   - resumedAt: the steps at which the run was resumed.
  package init(
    kernel: MatrixKernel, dataset: Dataset, durability: String,
    initFrom: String? = nil, resumedAt: [Int]? = nil
  ) {
    version = toolVersion
    matrixKernel = kernel.name
    threads = kernel.threads
    host = ProcessInfo.processInfo.hostName
    operatingSystem = ProcessInfo.processInfo.operatingSystemVersionString
    gitCommit = GitCommit.current(of: FileManager.default.currentDirectoryPath)
    data = Data(of: dataset)
    self.durability = durability
    self.initFrom = initFrom
    self.resumedAt = resumedAt
  }

  /// Reads the JSON of a provenance; nil where another program wrote it.
  package init?(json text: String) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard
      let read = try? decoder.decode(Provenance.self, from: FoundationEssentials.Data(text.utf8))
    else { return nil }
    self = read
  }
}

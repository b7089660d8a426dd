import Migrations
import RunModel

extension DatabaseInfo {
  /// The bytes of one kind of contents for each run.
  func bytes(of kind: RunTable.Contents) -> [Int] {
    runs.map { run in zip(contents, run.bytes).first { $0.0 == kind.rawValue }?.1 ?? -1 }
  }
}

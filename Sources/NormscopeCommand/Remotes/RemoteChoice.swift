import ArgumentParser
import RunModel

/// The choice of a central store: by its name, by its URL, or the only one that has a name.
enum RemoteChoice {
  /// The URL of the store.
  ///
  /// - Parameters:
  ///   - choice: a name or a URL; nil for the only store that has a name.
  ///   - option: the option that names one.
  /// - Returns: the URL.
  /// - Throws: `NotRecordedError`, `ValidationError`.
  static func url(_ choice: String?, option: String) throws -> String {
    if let choice, StoreAddress.isCentral(choice) { return choice }
    let list = try RemoteList()
    guard let choice else {
      guard let only = list.remotes.first else {
        throw NotRecordedError(
          description:
            "There is no central store yet; name one by `normscope remote add NAME postgresql://HOST/DATABASE`."
        )
      }
      guard list.remotes.count == 1 else {
        throw ValidationError(
          "There are several central stores (\(list.remotes.map(\.name).joined(separator: ", "))); name one with \(option)."
        )
      }
      return only.url
    }
    guard let remote = list[choice] else {
      throw NotRecordedError(
        description:
          "There is no central store \"\(choice)\"; `normscope remote list` lists them, and `normscope remote add` names one."
      )
    }
    return remote.url
  }
}

/// A key of a JSON object that means nothing there.
struct UnknownKey: Error {
  /// Where it stands, such as `layers[2].unit`.
  let path: String
  /// What it is called.
  let name: String
  /// The keys that mean something.
  let known: [String]

  /// A sentence's end that names it and what may have been meant.
  var description: String {
    let near = known.min { name.editDistance(to: $0) < name.editDistance(to: $1) } ?? ""
    if name.editDistance(to: near) <= max(2, name.count / 3) {
      return "has an unknown key \(path); did you mean \"\(near)\"?"
    }
    return
      "has an unknown key \(path); the keys there are \(known.sorted().joined(separator: ", "))."
  }
}

extension Decoder {
  /// Refuses an object with keys that are not among those of `Key`.
  ///
  /// - Throws: `UnknownKey`, or `DecodingError` where there is no object.
  func rejectUnknownKeys<Key: CodingKey & CaseIterable>(_ type: Key.Type) throws {
    let known = Key.allCases.map(\.stringValue)
    let container = try container(keyedBy: AnyKey.self)
    let names = container.allKeys.map(\.stringValue).sorted()
    guard let unknown = names.first(where: { !known.contains($0) }) else { return }
    throw UnknownKey(
      path: (codingPath + [AnyKey(stringValue: unknown)]).jsonPath, name: unknown, known: known)
  }
}

/// A key of any name.
private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension [any CodingKey] {
  /// The way to a value, such as `layers[2].units`; elements count from 0.
  var jsonPath: String {
    reduce(into: "") { path, key in
      if let index = key.intValue {
        path += "[\(index)]"
      } else {
        path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
  }
}

extension String {
  /// How many letters have to be put in, left out, exchanged or swapped with their neighbours to make `other`
  /// (the optimal string alignment distance).
  func editDistance(to other: String) -> Int {
    let (a, b) = (Array(self), Array(other))
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var distance = Swift.min(
          last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
          distance = Swift.min(distance, beforeLast[j - 1] + 1)
        }
        row.append(distance)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}

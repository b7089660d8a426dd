import FoundationEssentials
import TestSupport

/// A Swift file of a target.
struct SourceFile {
  /// The target that it belongs to.
  let target: String
  /// Its name, such as `W2.swift`.
  let name: String
  /// Its text, taken apart.
  let text: SwiftText
  /// Its text as it stands.
  let source: String

  private static let ofTheProduct = Result {
    try PackageManifest.read().swiftTargets.map { (target: $0, files: try files(of: $0)) }
  }

  /// The Swift files of each target of the product, read once for all tests.
  ///
  /// - Throws: what `PackageManifest.read` does, and what the system says where a file is unreadable.
  static func perTarget() throws -> [(target: PackageManifest.Target, files: [SourceFile])] {
    try ofTheProduct.get()
  }

  private static func files(of target: PackageManifest.Target) throws -> [SourceFile] {
    let folder = "\(Repository.root)/\(target.folder)"
    return try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
      .filter { $0.hasSuffix(".swift") }.map { path in
        let source = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
        return SourceFile(
          target: target.name, name: String(path.split(separator: "/").last ?? ""),
          text: SwiftText(source), source: source)
      }
  }

  /// The words of the code: identifiers and keywords, attributes with their sign.
  var words: [Substring] {
    text.code.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "@" }
  }

  /// The modules that it imports.
  var imports: [String] {
    text.code.split(whereSeparator: \.isNewline).compactMap { line in
      var words = line.split(separator: " ")[...]
      while let word = words.first, word != "import" {
        guard word.hasPrefix("@") || Self.accessLevels.contains(word) else { return nil }
        words.removeFirst()
      }
      words = words.dropFirst()
      if let kind = words.first, Self.importKinds.contains(kind) { words.removeFirst() }
      return words.first.map { String($0.prefix { $0 != "." }) }
    }
  }

  /// The types that it declares outside of others and that other files can name.
  var types: [String] {
    text.code.split(whereSeparator: \.isNewline).compactMap { line in
      guard line.first != " ", line.first != "}" else { return nil }
      let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "@" }
      guard let kind = words.firstIndex(where: Self.typeKinds.contains), kind + 1 < words.count,
        words[..<kind].allSatisfy({ $0 != "private" && $0 != "fileprivate" })
      else { return nil }
      return String(words[kind + 1])
    }
  }

  /// The types that its code names, those that are members of others only by the outermost.
  var namedTypes: Set<String> {
    var names: Set<String> = []
    var previous: Character = " "
    var rest = text.code[...]
    while let first = rest.first {
      let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      if word.isEmpty {
        previous = first
        rest.removeFirst()
      } else {
        if first.isUppercase && previous != "." { names.insert(String(word)) }
        previous = word.last ?? " "
        rest = rest.dropFirst(word.count)
      }
    }
    return names
  }

  private static let accessLevels: Set<Substring> = ["public", "package", "internal", "private"]
  private static let importKinds: Set<Substring> = [
    "struct", "class", "enum", "protocol", "func", "var",
  ]
  private static let typeKinds: Set<Substring> = [
    "struct", "class", "enum", "protocol", "actor", "typealias",
  ]
}

package import RunModel
import StrictJSON

/// A selection among the layers of a run: numbers, names or patterns, separated by commas, such as `2`, `layer3.1.bn2` or
/// `layer3.*,layer4.*`.
///
/// A number is the layer of that number; where there is none, it is a name as any other text. In a pattern `*` is any text,
/// `?` any character, `[a-c]` one of several, `[!a-c]` none of them. A text that is a layer's whole name is that layer,
/// whatever characters it has.
public struct LayerSelection: Sendable, Equatable, LosslessStringConvertible,
  ExpressibleByIntegerLiteral
{
  /// The text.
  public let description: String

  /// Reads a selection; nil for an empty text.
  public init?(_ description: String) {
    guard !description.isEmpty else { return nil }
    self.description = description
  }

  /// Selects the layer of a number.
  public init(integerLiteral number: Int) { self.init(number) }

  /// Selects the layer of a number.
  public init(_ number: Int) { description = "\(number)" }

  /// The number of the only layer; nil where it is named, or there may be several.
  var number: Int? { Int(description) }

  /// The numbers of the layers.
  ///
  /// - Throws: `ShiftError` of kind `notRecorded` where a member of the selection selects none.
  package func numbers(among layers: RunLayers, of run: Run) throws(ShiftError) -> Set<Int> {
    let found = LayerSelection.numbers(named: description, among: layers)
    guard found.isEmpty else { return Set(found) }
    var numbers: Set<Int> = []
    for member in members {
      let found = LayerSelection.numbers(of: member, among: layers)
      guard !found.isEmpty else { throw LayerSelection.error(member, layers, run) }
      numbers.formUnion(found)
    }
    return numbers
  }

  /// The numbers in the first run of the layers in the first of several runs that has them all.
  ///
  /// - Parameters:
  ///   - layers: the layers of each run.
  ///   - pairs: the layers of the first run with their partners in each run.
  ///   - runs: the runs.
  /// - Returns: the numbers.
  /// - Throws: `ShiftError` of the first run where none has.
  func numbers(
    amongAnyOf layers: [RunLayers], numberedBy pairs: [LayerPairs], of runs: [Run]
  ) throws(ShiftError) -> Set<Int> {
    do {
      return try numbers(among: layers[0], of: runs[0])
    } catch {
      for (place, run) in runs.enumerated().dropFirst() {
        guard let numbers = try? numbers(among: layers[place], of: run) else { continue }
        return Set(numbers.compactMap { pairs[place].first(of: $0) })
      }
      throw error
    }
  }

  /// The texts between commas; a comma within brackets is a member of a set.
  private var members: [String] {
    var members = [""]
    var rest = description[...]
    let lastClosing = rest.lastIndex(of: "]") ?? rest.startIndex
    while let character = rest.popFirst() {
      switch character {
      case ",": members.append("")
      case "[" where rest.startIndex <= lastClosing:
        let set = rest.dropFirst().firstIndex(of: "]").map { rest[...$0] } ?? ""
        members[members.count - 1] += "[" + set
        rest = rest[set.endIndex...]
      default: members[members.count - 1].append(character)
      }
    }
    return members
  }

  private static func numbers(of member: String, among layers: RunLayers) -> [Int] {
    let named = numbers(named: member, among: layers)
    guard named.isEmpty, let pattern = LayerPattern(member) else { return named }
    return layers.all.filter { $0.name.map(pattern.matches) ?? false }.map(\.number)
  }

  private static func numbers(named text: String, among layers: RunLayers) -> [Int] {
    if let number = Int(text), layers.all.contains(where: { $0.number == number }) {
      return [number]
    }
    return layers.all.filter { $0.name == text }.map(\.number)
  }

  private static func error(_ member: String, _ layers: RunLayers, _ run: Run) -> ShiftError {
    let known = "it recorded the layers \(layers.list())"
    let short = RunLayers.shortened(member)
    if Int(member) != nil {
      return ShiftError(.notRecorded, "Run \(run.shortID) has no layer \(short); \(known).")
    }
    guard LayerPattern(member) == nil else {
      let reason = layers.hasNames ? "" : " by its name, as its layers have numbers alone"
      return ShiftError(
        .notRecorded,
        "Run \(run.shortID) has no layer that \"\(short)\" matches\(reason); \(known).")
    }
    // The time to compare two names is the product of their lengths, and a file may hold any.
    let names = layers.all.compactMap(\.name).filter { $0.utf8.count <= 200 }
    let near = nearestNames(to: member, among: names, atMost: 3)
    return ShiftError(
      .notRecorded,
      "Run \(run.shortID) has no layer \"\(short)\"; "
        + (near.isEmpty ? "\(known)." : "near: \(near.joined(separator: ", "))."))
  }
}

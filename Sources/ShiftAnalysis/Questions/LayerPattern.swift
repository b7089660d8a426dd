/// A pattern of names as shells have it: `*` is any text, `?` any character, `[a-c]` one of several, `[!a-c]` none of them;
/// a backslash takes the meaning from the character behind it.
struct LayerPattern {
  private enum Element {
    case character(Character)
    case anyCharacter
    case anyText
    case oneOf([ClosedRange<Character>], isNegated: Bool)

    /// Whether it is a character with this meaning.
    func matches(_ character: Character) -> Bool {
      switch self {
      case .character(let expected): expected == character
      case .anyCharacter: true
      case .anyText: false
      case .oneOf(let ranges, let isNegated):
        ranges.contains { $0.contains(character) } != isNegated
      }
    }
  }

  private let elements: [Element]

  /// Reads a pattern; nil where the text has no character with a meaning, so that it is a name.
  init?(_ text: String) {
    guard text.contains(where: { "*?[\\".contains($0) }) else { return nil }
    var elements: [Element] = []
    var rest = Array(text)[...]
    let lastClosing = rest.lastIndex(of: "]") ?? -1
    while let character = rest.popFirst() {
      switch character {
      case "*": elements.append(.anyText)
      case "?": elements.append(.anyCharacter)
      case "\\": elements.append(.character(rest.popFirst() ?? character))
      // Without a bracket that closes it there is no need to look through the rest for one, each time again.
      case "[" where rest.startIndex <= lastClosing:
        elements.append(LayerPattern.set(&rest) ?? .character(character))
      default: elements.append(.character(character))
      }
    }
    self.elements = elements
  }

  /// Reads the set behind a bracket; nil where nothing closes it, so that the bracket is a character.
  private static func set(_ rest: inout ArraySlice<Character>) -> Element? {
    // A bracket that comes first is a member.
    let isNegated = rest.first.map { "!^".contains($0) } ?? false
    var members = rest.dropFirst(isNegated ? 1 : 0)
    guard let end = members.dropFirst().firstIndex(of: "]") else { return nil }
    rest = members[end...].dropFirst()
    members = members[..<end]
    var ranges: [ClosedRange<Character>] = []
    while let first = members.popFirst() {
      if members.first == "-", let last = members.dropFirst().first {
        members = members.dropFirst(2)
        if first <= last { ranges.append(first...last) }
      } else {
        ranges.append(first...first)
      }
    }
    return .oneOf(ranges, isNegated: isNegated)
  }

  /// Whether the pattern matches all of `name`.
  func matches(_ name: String) -> Bool {
    let name = Array(name)
    var (element, character) = (0, 0)
    // The last `*`, and how far the text goes that it takes: going back to it alone is enough, so that the time is at most
    // the product of both lengths.
    var star: (element: Int, character: Int)?
    while character < name.count {
      if element < elements.count, case .anyText = elements[element] {
        star = (element, character)
        element += 1
      } else if element < elements.count, elements[element].matches(name[character]) {
        element += 1
        character += 1
      } else if let last = star {
        star = (last.element, last.character + 1)
        (element, character) = (last.element + 1, last.character + 1)
      } else {
        return false
      }
    }
    return elements[element...].allSatisfy { if case .anyText = $0 { true } else { false } }
  }
}

@testable import Reports

/// The rectangles of the texts of a panel, by the estimate that places them.
struct TextBoxes {
  struct Box {
    let text: String
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>

    func overlaps(_ other: Box) -> Bool { x.overlaps(other.x) && y.overlaps(other.y) }
  }

  private(set) var boxes: [Box] = []

  init(_ markup: String) {
    for match in markup.matches(of: /<text x="([^"]*)" y="([^"]*)"([^>]*)>([^<]*)<\/text>/) {
      guard let x = Double(match.output.1), let y = Double(match.output.2), !match.output.4.isEmpty
      else { continue }
      let attributes = match.output.3
      let size =
        attributes.firstMatch(of: /font-size="([^"]*)"/).flatMap { Double($0.output.1) } ?? 12
      let text = MarkupChecker(String(match.output.4)).visibleText
      let width = PanelText.width(text) * size / 12
      let left =
        attributes.contains("\"end\"")
        ? x - width : attributes.contains("\"middle\"") ? x - width / 2 : x
      boxes.append(
        Box(
          text: text, x: left...left + width,
          y: y - 0.72 * size...y + 0.1 * size))
    }
  }

  /// The pairs of texts that cover each other.
  var collisions: [String] {
    boxes.indices.flatMap { first in
      boxes[(first + 1)...].filter { boxes[first].overlaps($0) }.map {
        "\(boxes[first].text) | \($0.text)"
      }
    }
  }

  /// The texts that reach beyond a width.
  func beyond(_ width: Double) -> [String] {
    boxes.filter { $0.x.lowerBound < -1 || $0.x.upperBound > width + 1 }.map(\.text)
  }
}

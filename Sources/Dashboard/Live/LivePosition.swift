import Reports
import RunModel
import RunStore

/// Up to where a page shows the database: the last step of each of its runs, and its short texts.
struct LivePosition: Equatable {
  /// The last step of each run; -1 before the first.
  var steps: [Int]
  /// A digest of the short texts.
  var texts: UInt64
  /// The key of the newest event, for the page of events.
  var event: Int

  /// The position of a page that was just drawn from `parts`.
  ///
  /// - Throws: `StoreError`.
  init(of page: any Page, _ parts: [PagePart], in database: RunDatabase) throws {
    steps = try page.runs.map { try database.lastStep(of: $0)?.step ?? -1 }
    texts = LivePosition.digest(parts.filter { $0.kind == .text }.map(\.html.markup))
    event =
      page is EventsPage ? try database.newestEvents(atMost: 1).first.map(\.id) ?? 0 : 0
  }

  /// Reads a position; nil for any other text, as the text is from the network.
  init?(_ text: String) {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    guard parts.count == 3, let texts = UInt64(parts[1], radix: 16), let event = Int(parts[2])
    else { return nil }
    let steps = parts[0].split(separator: ",").map { Int($0) }
    // Sums of steps are numbers, too.
    guard steps.allSatisfy({ $0.map { (-1...1 << 48).contains($0) } ?? false }) else { return nil }
    self.steps = steps.compactMap { $0 }
    self.texts = texts
    self.event = event
  }

  /// The position on one line, in characters that need no encoding.
  var text: String {
    "\(steps.map { "\($0)" }.joined(separator: ","));\(String(texts, radix: 16));\(event)"
  }

  /// A digest of texts: FNV-1a of 64 bits.
  static func digest(_ texts: [String]) -> UInt64 {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for text in texts {
      for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
      digest = (digest ^ 0xFF) &* 0x100_0000_01b3
    }
    return digest
  }
}

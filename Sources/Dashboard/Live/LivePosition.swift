import Reports
import RunModel
import RunStore

/// Up to where a page shows the database: the last step of each of its runs, and its short texts.
struct LivePosition: Equatable {
  /// The last step of each run; -1 before the first.
  var steps: [Int]
  /// A digest of what was recorded at those steps, which is something else where a run was resumed before them.
  var ends: UInt64
  /// A digest of the short texts, and of the runs that are listed.
  var texts: UInt64
  /// The key of the newest event, for the page of events.
  var event: Int

  /// The position of a page that was just drawn from `parts`.
  ///
  /// - Throws: `StoreError`.
  init(of page: any Page, _ parts: [PagePart], in database: RunDatabase) throws {
    let last = try page.runs.map { try database.lastStep(of: $0) }
    steps = last.map { $0?.step ?? -1 }
    ends = LivePosition.digest(last.map(LivePosition.text))
    texts = LivePosition.digest(
      parts.filter { $0.kind == .text }.map(\.html.markup)
        + ((page as? RunsPage)?.listed.map(\.uuid) ?? []))
    event =
      page is EventsPage ? try database.newestEvents(atMost: 1).first.map(\.id) ?? 0 : 0
  }

  /// Reads a position; nil for any other text, as the text is from the network.
  init?(_ text: String) {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    guard parts.count == 4, let ends = UInt64(parts[1], radix: 16),
      let texts = UInt64(parts[2], radix: 16), let event = Int(parts[3])
    else { return nil }
    let steps = parts[0].split(separator: ",").map { Int($0) }
    // Sums of steps are numbers, too.
    guard steps.allSatisfy({ $0.map { (-1...1 << 48).contains($0) } ?? false }) else { return nil }
    self.steps = steps.compactMap { $0 }
    self.ends = ends
    self.texts = texts
    self.event = event
  }

  /// The position on one line, in characters that need no encoding.
  var text: String {
    let digests = [ends, texts].map { String($0, radix: 16) }
    return
      "\(steps.map { "\($0)" }.joined(separator: ","));\(digests.joined(separator: ";"));\(event)"
  }

  /// Whether runs have lost steps of the position: they were resumed before them, and may have recorded others since.
  ///
  /// - Throws: `StoreError`.
  func isResumed(_ runs: [Run], in database: RunDatabase) throws -> Bool {
    guard runs.count == steps.count else { return false }
    let recorded = try zip(runs, steps).map { run, step in
      var record: StepRecord?
      if step >= 0 { try database.forEachStep(of: run, in: step...step) { record = $0 } }
      return LivePosition.text(of: record)
    }
    return LivePosition.digest(recorded) != ends
  }

  /// What a step recorded, of which the duration is hardly ever the same again.
  private static func text(of step: StepRecord?) -> String {
    step.map { "\($0.step) \($0.loss ?? .nan) \($0.duration ?? .nan)" } ?? ""
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

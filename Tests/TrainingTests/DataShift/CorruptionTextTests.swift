import Datasets
import Training
import Testing

@Suite("Corruptions on the command line")
struct CorruptionTextTests {
  @Test("A kind, with or without a severity, reads back as it is written")
  func kinds() throws {
    for kind in Corruption.Kind.allCases {
      #expect(try Corruption(text: kind.rawValue).kind == kind)
      guard kind != .invert else { continue }
      for severity in 1...5 {
        let corruption = try Corruption(text: "\(kind.rawValue):\(severity)")
        #expect(corruption == Corruption(kind, severity: severity))
        #expect(try Corruption(text: corruption.description) == corruption)
      }
    }
    #expect(try Corruption(text: "contrast").severity == 3)
    #expect(try Corruption(text: "invert").description == "invert")
  }

  @Test(
    "Any other text is refused in a sentence that helps",
    arguments: [
      ("brightnes:3", "did you mean brightness?"),
      ("gausian-noise", "did you mean gaussian_noise?"),
      ("sepia:1", "use one of brightness, contrast"), ("", "use one of"),
      ("contrast:0", "use 1 to 5"), ("contrast:6", "use 1 to 5"), ("contrast:-1", "use 1 to 5"),
      ("contrast:", "use 1 to 5"), ("contrast:2:3", "use 1 to 5"), ("contrast:3.5", "use 1 to 5"),
      ("invert:2", "use just invert"), ("a\u{1B}[2J", "\\u001b"),
    ])
  func refusals(text: String, part: String) {
    let error = #expect(throws: ConfigurationError.self) { try Corruption(text: text) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }
}

import Testing

@testable import Studies

@Suite("The names of measured figures")
struct OperandNamesTests {
  private func names(_ operands: (String, String)...) -> [String] {
    let names = OperandNames(operands.map { (measure: $0.0, arm: $0.1) })
    return [names.common] + names.labels
  }

  @Test("What they have in common is said once, and the rest of each")
  func names() {
    #expect(names(("loss", "a")) == ["loss", "a"])
    #expect(names(("loss, running", "a"), ("loss, running", "b")) == ["loss, running", "a", "b"])
    #expect(
      names(("loss, batch of 2", "a"), ("loss, batch of 4", "a"))
        == ["loss of a", "batch of 2", "batch of 4"])
    #expect(
      names(("loss, batch of 2", "a"), ("loss", "b")) == ["loss", "a, batch of 2", "b"])
    #expect(names(("loss", "a"), ("rank", "a")) == ["", "loss of a", "rank of a"])
  }
}

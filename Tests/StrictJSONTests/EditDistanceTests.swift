import TestSupport
import Testing

@testable import StrictJSON

@Suite("The edit distance")
struct EditDistanceTests {
  @Test(
    "Distances that are counted by hand",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("same", "same", 0), ("a", "b", 1),
      ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("learing_rate", "learning_rate", 1),
      ("uints", "units", 1), ("ab", "ba", 1), ("abcd", "badc", 2),
      // With further edits of what was swapped it would be 2: Damerau's own distance.
      ("ca", "abc", 3), ("Größe", "Grösse", 2), ("e\u{301}", "é", 0), ("👩‍👩‍👧", "👩", 1),
    ])
  func known(first: String, second: String, distance: Int) {
    #expect(editDistance(first, second) == distance)
    #expect(editDistance(second, first) == distance)
  }

  @Test("500 random pairs agree with the recursive definition")
  func definition() {
    func recursive(_ a: Substring, _ b: Substring) -> Int {
      guard let lastA = a.last, let lastB = b.last else { return a.count + b.count }
      var distance = min(
        recursive(a.dropLast(), b) + 1, recursive(a, b.dropLast()) + 1,
        recursive(a.dropLast(), b.dropLast()) + (lastA == lastB ? 0 : 1))
      if a.count > 1, b.count > 1, a.dropLast().last == lastB, b.dropLast().last == lastA {
        distance = min(distance, recursive(a.dropLast(2), b.dropLast(2)) + 1)
      }
      return distance
    }
    var generator = SplitMix64(seed: 4)
    func word() -> String {
      String(
        (0..<Int.random(in: 0..<6, using: &generator)).map { _ in
          "abc".randomElement(using: &generator) ?? "a"
        })
    }
    for _ in 0..<500 {
      let (first, second) = (word(), word())
      #expect(
        editDistance(first, second) == recursive(first[...], second[...]), "\(first) \(second)")
    }
  }
}

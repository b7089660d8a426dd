import Statistics
import Testing

@testable import ShiftAnalysis

@Suite("The search for where runs part")
struct DivergenceSearchTests {
  /// What is found in steps 0, 10, 20, … of which "x" is beyond the floor, "." is not, "?" is unknown, "!" is not finite.
  func search(_ steps: String, of stepCount: Int? = nil) -> DivergenceSearch {
    var search = DivergenceSearch(stepCount: stepCount ?? steps.count)
    for (place, step) in steps.enumerated() where search.divergence == nil {
      switch step {
      case "?": search.add(.unknown, at: 10 * place)
      case "!": search.add(.oneNotFinite, at: 10 * place)
      default:
        let value = step == "x" ? 2.0 + Double(place) : 1.9
        search.add(.shift(FlooredShift(value: value, floor: 1)), at: 10 * place)
      }
    }
    return search
  }

  func diverged(at place: Int) -> RunDivergence.Finding {
    .diverged(step: 10 * place, shift: FlooredShift(value: 2 + Double(place), floor: 1))
  }

  @Test("It is the first step of a streak that is long enough, without a gap")
  func streaks() {
    // Of 10 steps 5 in a row.
    #expect(search("..xxxxx...").finding == diverged(at: 2))
    #expect(search("xxxx.xxxxx").finding == diverged(at: 5))
    #expect(search("xxxx.xxxx.").finding == .never)
    #expect(search("xxx?xx.xxx").finding == .never)
    #expect(search("..xxxxx...").comparedSteps == 7)
  }

  @Test("What is not finite in one run alone ends it, from where the streak began")
  func notFinite() {
    #expect(search("....!").finding == .diverged(step: 40, shift: nil))
    #expect(search("...x!", of: 10).finding == diverged(at: 3))
  }

  @Test("Below two steps that can be compared nothing is known")
  func unknown() {
    for steps in ["", "x", "????", "?.?"] { #expect(search(steps).finding == .unknown) }
    #expect(search("xx").finding == diverged(at: 0))
    #expect(search("..").finding == .never)
  }

  @Test("Streaks are as long as a chance of a hundredth asks for, at one in five for each step")
  func length() {
    for (steps, length) in [
      (0, 2), (1, 2), (2, 2), (3, 3), (4, 4), (6, 4), (7, 5), (31, 5), (32, 6), (1000, 8),
      (1_000_000, 12),
    ] {
      #expect(DivergenceSearch.streakLength(of: steps) == length, "\(steps)")
    }
  }
}

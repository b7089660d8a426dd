import Testing

@testable import Reports

@Suite("Groups of seeds")
struct SeedGroupsTests {
  static func configurations(_ values: [(String, Int)]) -> [[String: String]] {
    values.map { ["norm": $0.0, "seed": "\($0.1)", "steps": "10"] }
  }

  @Test("Runs are grouped by everything but the seed, and named by what differs")
  func groups() throws {
    let groups = try #require(
      SeedGroups(
        Self.configurations([("none", 1), ("batch", 1), ("none", 2), ("batch", 2), ("none", 3)]),
        labels: ["a", "b", "c", "d", "e"]))
    #expect(groups.groups.map(\.name) == ["norm=none, 3 seeds", "norm=batch, 2 seeds"])
    #expect(groups.groups.map(\.members) == [[0, 2, 4], [1, 3]])
    #expect((0..<5).map(groups.place) == [0, 1, 0, 1, 0])
  }

  @Test("A group of one arm of a study has the arm's name, and one of several arms has not")
  func arms() throws {
    func names(_ arms: [String?]) throws -> [String] {
      try #require(
        SeedGroups(
          Self.configurations([("none", 1), ("batch", 1), ("none", 2), ("batch", 2)]),
          labels: ["a", "b", "c", "d"], arms: arms)
      ).groups.map(\.name)
    }
    #expect(try names(["plain", "with", "plain", "with"]) == ["plain", "with"])
    #expect(try names(["plain", "with", "other", nil]) == ["norm=none", "norm=batch"])
  }

  @Test(
    "Few runs, runs that differ otherwise, and unknown configurations are shown one by one",
    arguments: [
      [("none", 1), ("none", 2), ("none", 3)],
      [("none", 1), ("none", 2), ("batch", 1), ("layer", 1)],
    ] as [[(String, Int)]])
  func ungrouped(values: [(String, Int)]) {
    #expect(SeedGroups(Self.configurations(values), labels: values.map(\.0)) == nil)
    #expect(SeedGroups([[:], [:], [:], [:]], labels: ["a", "b", "c", "d"]) == nil)
  }

  @Test("A group is its median and the range of its runs, at the steps that all have")
  func collapsed() throws {
    let groups = try #require(
      SeedGroups(
        Self.configurations([("none", 1), ("none", 2), ("none", 3), ("none", 4)]),
        labels: ["a", "b", "c", "d"]))
    let lines = [[1.0, 10], [2, 20], [4, 40], [100, 50]].map { values in
      LineChart.Line(
        name: "x", run: 0,
        points: [
          LineChart.Point(step: 0, value: values[0]), LineChart.Point(step: 5, value: values[1]),
        ])
    }
    var short = lines
    short[3].points.removeLast()
    let (joined, bands) = groups.collapsed(lines)
    #expect(joined.map(\.name) == ["a, 4 seeds"])
    #expect(joined[0].points.map(\.value) == [3, 30])
    #expect(bands[0].points.map(\.low) == [1, 10] && bands[0].points.map(\.high) == [100, 50])
    #expect(groups.collapsed(short).lines[0].points.map(\.step) == [0])
  }
}

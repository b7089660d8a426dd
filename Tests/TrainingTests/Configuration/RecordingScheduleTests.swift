import FoundationEssentials
import Testing

@testable import Training

@Suite("When moments are recorded")
struct RecordingScheduleTests {
  @Test(
    "A spacing holds until the next one begins, and counts from step 0",
    arguments: [
      ("1", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), ("5", [0, 5, 10]),
      ("1,4@3", [0, 1, 2, 4, 8, 12]), ("2,3@4,100@8", [0, 2, 6]), ("7,1@11", [0, 7, 11, 12]),
    ])
  func steps(text: String, expected: [Int]) throws {
    let schedule = try #require(RecordingSchedule(text))
    #expect((0...12).filter(schedule.includes) == expected)
    #expect(schedule.isPossible)
    #expect(schedule.description == text)
    let data = try JSONEncoder().encode([schedule])
    #expect(try JSONDecoder().decode([RecordingSchedule].self, from: data) == [schedule])
  }

  @Test("A single spacing is a number in a configuration")
  func number() throws {
    let data = try JSONEncoder().encode([RecordingSchedule(every: 10)])
    #expect(String(decoding: data, as: UTF8.self) == "[10]")
  }

  @Test(
    "Other notations are refused",
    arguments: ["", ",", "1,", "1@5", "1,2", "1,2@", "1,@2", "a", "1.5", "1,2@3@4", " 1"])
  func refused(text: String) {
    #expect(RecordingSchedule(text) == nil)
  }

  @Test(
    "Spacings below 1 and parts out of order are impossible",
    arguments: ["0", "-1", "1,0@5", "1,2@0", "1,2@10,3@10", "1,2@10,3@5"])
  func impossible(text: String) throws {
    #expect(try #require(RecordingSchedule(text)).isPossible == false)
  }
}

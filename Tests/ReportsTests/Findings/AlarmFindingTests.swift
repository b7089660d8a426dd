import RunModel
import Testing

@testable import Reports
@testable import ShiftAnalysis

@Suite("The finding on alarms")
struct AlarmFindingTests {
  /// The sentences on alarms at these steps of two layers.
  private func sentences(_ steps: [[(step: Int, shift: Double)]]) -> [String] {
    let run = Run(
      id: 1, uuid: "0", name: "tried", status: .finished, startedAt: "", heartbeatAt: "",
      stepCount: 2000)
    let alarms = steps.enumerated().map { place, alarms in
      LayerAlarms(
        layer: place + 1, tap: .preactivation, population: .batch, statistics: .batch,
        recordCount: 2000,
        alarms: alarms.map { LayerAlarm(layer: place + 1, step: $0.step, shift: $0.shift) })
    }
    return AlarmFinding(alarms, of: run, LayerLabels(RunLayers())).sentences
  }

  @Test("Without an alarm it says in how many steps and layers none was")
  func none() {
    #expect(sentences([[], []]) == ["tried: no alarm in 2000 steps of 2 layers."])
  }

  @Test("One alarm has its step, layer and size")
  func one() {
    #expect(
      sentences([[], [(280, 54.3)]]) == [
        "tried: 1 alarm in 2000 steps of 2 layers, the first at step 280 in layer 2, 54 sd from the records before it."
      ])
  }

  @Test("Of several the first and the largest are named")
  func several() {
    #expect(
      sentences([[(300, 1), (500, 9.04)], [(290, 2)]]) == [
        "tried: 3 alarms in 2000 steps of 2 layers, the first at step 290 in layer 2, the largest at step 500 in layer 1, 9 sd from the records before it."
      ])
  }
}

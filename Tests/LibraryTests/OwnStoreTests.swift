import RunModel
import ShiftAnalysis
import Statistics
import Testing

@Suite("A store from outside the package")
struct OwnStoreTests {
  @Test("A question about shift is answered over arrays")
  func shift() throws {
    let store = StoreInArrays()
    var query = ShiftQuery()
    query.measures = [.w2]
    let series = try store.shift(of: store.run("mine"), query)
    #expect(series.count == 1)
    #expect(series[0].values(of: .w2).map(\.value) == [0, 3, 9])
    query.reference = .previous
    #expect(
      try store.shift(of: store.run("mine"), query)[0].values(of: .w2).map(\.value) == [3, 6])
    #expect(throws: StoreError.self) { try store.run("another") }
  }
}

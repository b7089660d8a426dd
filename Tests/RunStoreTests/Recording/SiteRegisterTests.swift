import RunModel
import Testing

@testable import RunStore

@Suite("The register of a run's sites")
struct SiteRegisterTests {
  let sites = (1...4).map {
    Site(layer: $0, tap: .input, population: .batch, statistics: .batch, width: 3)
  }

  @Test("A site keeps its position, in whatever order the sites of a step come")
  func orders() {
    var register = SiteRegister()
    // Two sites come first at step 2, one of them twice; the others are left out at step 0.
    let steps = [
      [0, 1], [0, 1, 2], [3, 0, 0, 2, 1], [1, 0, 3], [2, 3], [0, 1, 2, 3], [0, 1, 2, 3],
    ]
    for step in steps {
      #expect(step.map { register.position(of: sites[$0]) } == step)
    }
    #expect(Array(register.unwritten) == sites)
  }

  @Test("A site of another width or population has another position")
  func others() {
    var register = SiteRegister()
    let wider = Site(layer: 1, tap: .input, population: .batch, statistics: .batch, width: 4)
    let probe = Site(layer: 1, tap: .input, population: .probe, statistics: .batch, width: 3)
    for _ in 0..<3 {
      #expect([sites[0], wider, probe].map { register.position(of: $0) } == [0, 1, 2])
    }
  }
}

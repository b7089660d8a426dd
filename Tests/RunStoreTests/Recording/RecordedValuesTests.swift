import RunModel
import RunStore
import TestSupport
import Testing

@Suite("Recorded values")
struct RecordedValuesTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  @Test("A moment comes back bit for bit, whatever its numbers are")
  func moments() throws {
    let values: [Float] = [
      0, -0.0, 1, -1.5, .infinity, -.infinity, .nan, -.nan, .leastNonzeroMagnitude,
      .greatestFiniteMagnitude, Float(bitPattern: 0x7FC0_1234), Float(bitPattern: 0xFF80_0001),
    ]
    let reversed = Array(values.reversed())
    let site = Site(
      layer: 3, tap: .activation, population: .probe, statistics: .batch, width: values.count,
      epsilon: 1e-5)
    let (reader, run) = try database.recorded {
      $0.record(
        site, step: 7, count: 100, nonFiniteCount: 5, mean: values, variance: reversed,
        affine: (gamma: reversed, beta: values))
      try $0.record(SampleRun.step(7))
    }
    let recordedSite = try #require(try reader.sites(of: run).first)
    #expect(recordedSite.site == site)
    #expect(try reader.steps(at: recordedSite) == [7])
    let moment = try #require(try reader.moment(at: recordedSite, step: 7, withAffine: true))
    #expect(moment.step == 7)
    #expect(moment.count == 100)
    #expect(moment.nonFiniteCount == 5)
    #expect(
      [moment.mean, moment.variance, moment.gamma, moment.beta].map { $0.map(\.bitPattern) }
        == [values, reversed, reversed, values].map { $0.map(\.bitPattern) })
  }

  @Test("Noise and events come back as they were, with the step that follows them")
  func noiseAndEvents() throws {
    let noise = BatchNoiseRecord(
      step: 4, batchCount: 5, count: 60, rho: [0.5, .nan], kurtosis: [3, 1],
      variance: [0.25, .infinity], degreesOfFreedom: 1.75)
    let events = [
      EventRecord(step: 3, layer: nil, kind: .diverged, message: "It's over."),
      EventRecord(step: 4, layer: 2, tap: .preactivation, kind: .alarm, message: "Layer 2 moved."),
      EventRecord(
        step: 5, layer: 1, kind: try #require(EventRecord.Kind(rawValue: "gpu-0_hot")), message: ""),
    ]
    let (reader, run) = try database.recorded { recorder in
      recorder.record(noise, at: SampleRun.input)
      for event in events.reversed() { recorder.record(event) }
      #expect(try database.events(of: database.run(recorder.uuid)).isEmpty)
      // The site was first met where no moments are of it.
      for step in 0..<40 { try recorder.recordSample(step) }
    }
    #expect(try SampleRun.checkedStepCount(of: run, in: reader) == 40)
    let sites = try reader.sites(of: run)
    let read = try #require(try reader.batchNoise(at: sites[0]).first)
    #expect(read.rho.map(\.bitPattern) == noise.rho.map(\.bitPattern))
    #expect(read.kurtosis == noise.kurtosis)
    #expect([read.step, read.batchCount, read.count] == [4, 5, 60])
    #expect(read.variance == [0.25, .infinity])
    #expect(read.degreesOfFreedom == 1.75)
    #expect(try reader.batchNoise(at: sites[1]).isEmpty)
    #expect(try reader.events(of: run) == events)
    #expect(try reader.pooledMoment(at: sites[0], steps: 0..<32)?.stepCount == 32)
  }

  @Test("Gamma and beta are read only where they were asked for and recorded")
  func affine() throws {
    let (reader, run) = try database.recorded { try $0.recordSample(0) }
    for recorded in try reader.sites(of: run) {
      for withAffine in [false, true] {
        let moment = try #require(try reader.moment(at: recorded, step: 0, withAffine: withAffine))
        let isThere = withAffine && recorded.site == SampleRun.preactivation
        #expect(moment.gamma.count == (isThere ? 3 : 0))
        #expect(moment.beta.count == (isThere ? 3 : 0))
        #expect(moment.mean == SampleRun.vector(recorded.site, step: 0, index: 0))
      }
      #expect(try reader.moment(at: recorded, step: 1, withAffine: true) == nil)
    }
  }

  @Test("Sites of every kind come back, in the order of layers and of the data's way through them")
  func sites() throws {
    var sites: [Site] = []
    for layer in 1...2 {
      for tap in Site.Tap.allCases {
        for population in Site.Population.allCases {
          for statistics in StatisticsMode.allCases {
            sites.append(
              Site(
                layer: layer, tap: tap, population: population, statistics: statistics,
                width: layer + 1, epsilon: tap == .activation ? 0.1 : nil))
          }
        }
      }
    }
    let (reader, run) = try database.recorded { recorder in
      for site in sites.reversed() {
        let vector = [Float](repeating: 1, count: site.width)
        recorder.record(
          site, step: 0, count: 1, mean: vector, variance: vector,
          affine: site.epsilon == nil ? nil : (vector, vector))
      }
      try recorder.record(SampleRun.step(0))
    }
    // The sites above were made in the order of their cases, but populations and statistics are words.
    let expected = sites.sorted { a, b in
      let order = { (site: Site) in
        (
          site.layer, Site.Tap.allCases.firstIndex(of: site.tap) ?? 0, site.population.rawValue,
          site.statistics.rawValue
        )
      }
      return order(a) < order(b)
    }
    #expect(try reader.sites(of: run).map(\.site) == expected)
  }

  @Test(
    "A step's loss is kept whatever it is, and NaN is not the same as none",
    arguments: [0, 2.302585, -1e300, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, nil]
      as [Double?])
  func losses(loss: Double?) throws {
    let step = StepRecord(
      step: 4, loss: loss, accuracy: loss, learningRate: 0.1 + 0.2, batchSize: .max,
      duration: 1.0 / 3)
    let (reader, run) = try database.recorded { try $0.record(step) }
    let read = try #require(try reader.lastStep(of: run))
    for value in [read.loss, read.accuracy] {
      #expect(value == loss || value?.isNaN == true && loss?.isNaN == true)
    }
    #expect(read.step == 4)
    #expect(read.learningRate == 0.1 + 0.2)
    #expect(read.batchSize == .max)
    #expect(read.duration == 1.0 / 3)
  }

  @Test("What is unknown of a step is NULL in the file and nil when it is read")
  func unknown() throws {
    let steps = [
      StepRecord(step: 0, loss: 1, accuracy: 0.5),
      StepRecord(step: 1, loss: 1, accuracy: 0.5, learningRate: 0.1),
      StepRecord(step: 2, loss: 1, accuracy: 0.5, batchSize: 8),
      StepRecord(step: 3, loss: 1, accuracy: 0.5, duration: 0.25),
    ]
    let (reader, run) = try database.recorded { for step in steps { try $0.record(step) } }
    var read: [StepRecord] = []
    try reader.forEachStep(of: run) { read.append($0) }
    #expect(read == steps && read[0].learningRate == nil)
    #expect(try reader.lastStep(of: run) == steps[3])
    #expect(
      try reader.rows(
        of: "step", without: ["run", "loss", "accuracy", "loss_is_nan", "accuracy_is_nan"]) == [
          "0,NULL,NULL,NULL", "1,0.1,NULL,NULL", "2,NULL,8,NULL", "3,NULL,NULL,0.25",
        ])
    try reader.check { Issue.record("\($0)") }
  }

  @Test("What is known of a site's layer comes back")
  func layers() throws {
    func site(_ layer: Int, _ name: String?, _ kind: String?, _ shape: [Int]?) -> Site {
      Site(
        layer: layer, tap: .input, population: .batch, statistics: .batch, width: 1,
        layerName: name, layerKind: kind, shape: shape, activation: name.map { $0 + "!" },
        derivesNormalized: nil)
    }
    let sites = [
      site(1, "layer3.1.bn2", "BatchNorm2d", [64, 56, 56]), site(2, "a \"b\"", nil, [1]),
      site(3, nil, "dense", nil), site(4, nil, nil, [1 << 40]),
    ]
    let (reader, run) = try database.recorded {
      for site in sites { $0.record(site, step: 0, count: 1, mean: [0], variance: [1]) }
      try $0.record(SampleRun.step(0))
    }
    let read = try reader.sites(of: run).map(\.site)
    #expect(read.map(\.layerName) == sites.map(\.layerName))
    #expect(read.map(\.layerKind) == sites.map(\.layerKind))
    #expect(read.map(\.shape) == sites.map(\.shape))
    #expect(read.map(\.activation) == sites.map(\.activation))
    #expect(
      try reader.text("SELECT shape FROM site WHERE layer = 1") == "[64,56,56]")
    try reader.check { Issue.record("\($0)") }
  }

  @Test("Steps are read in order, in whichever they were recorded, and may leave some out")
  func stepOrder() throws {
    let (reader, run) = try database.recorded { recorder in
      for step in [10, 0, 1000, 3] { try recorder.recordSample(step) }
    }
    var steps: [StepRecord] = []
    try reader.forEachStep(of: run) { steps.append($0) }
    #expect(steps == [0, 3, 10, 1000].map(SampleRun.step))
    #expect(try reader.lastStep(of: run) == SampleRun.step(1000))
    #expect(run.stepCount == 4)
    for site in try reader.sites(of: run) {
      #expect(try reader.steps(at: site) == [0, 3, 10, 1000])
    }
  }

  @Test("A step may have no moments")
  func stepWithoutMoments() throws {
    let (reader, run) = try database.recorded { try $0.record(SampleRun.step(0)) }
    #expect(run.stepCount == 1)
    #expect(try reader.sites(of: run).isEmpty)
  }
}

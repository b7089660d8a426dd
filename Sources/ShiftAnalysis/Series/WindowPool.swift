import RunModel

/// Pools the moments of single steps over windows, and adds each window to a series when the next one begins.
struct WindowPool {
  private let windows: StepWindows
  private var builder: SeriesBuilder
  private var pool: StepPool
  private var openWindow = 0..<0

  /// Pools moments of `width` features into the series of `builder`.
  init(_ windows: StepWindows, width: Int, _ builder: SeriesBuilder) {
    self.windows = windows
    self.builder = builder
    pool = StepPool(width: width)
  }

  /// Adds the moments of a step, which must come after the steps before.
  mutating func add(_ moment: borrowing Moment) {
    if !openWindow.contains(moment.step) {
      addOpenWindow()
      openWindow = windows.window(of: moment.step)
    }
    pool.add(moment)
  }

  /// The series with the last window too.
  var closed: SeriesBuilder {
    var closed = self
    closed.addOpenWindow()
    return closed.builder
  }

  private mutating func addOpenWindow() {
    if let pooled = pool.moment(ofStepsFrom: openWindow.lowerBound) { builder.add(pooled) }
    pool.removeAll()
  }
}

import RunModel

/// A plan of what a shift query reads of a run, made before any moment is read.
struct ReadPlan {
  /// The plan for one layer.
  struct Layer {
    /// The site.
    let selected: SiteSelection.Selected
    /// The source of the moments that the layer's are compared with.
    let reference: ReferencePlan.Source
    /// The steps to compare, in order; nil for every recorded step.
    var steps: [Int]?
    /// The number of steps that can be compared; nil where those that are read are counted.
    var recordedCount: Int?
    /// The windows to pool steps over; nil where single steps are compared.
    var windows: StepWindows?

    /// The site of another run that is the reference; nil where the reference is in the same run.
    var counterpart: SiteSelection.Selected? {
      if case .site(let counterpart) = reference { counterpart } else { nil }
    }
  }

  /// The order in which moments are read.
  enum Order {
    /// Layer by layer, each step by itself.
    case stepByStep
    /// All steps of all layers, in several parts at the same time where `mayDivide`.
    case onePass(mayDivide: Bool)
    /// Layer by layer, each window of steps from stored blocks; short windows in one pass.
    case byWindow
  }

  /// The query; another run that it refers to is named by its id.
  let query: ShiftQuery
  /// The references.
  let references: ReferencePlan
  /// The layers, from the first to the last.
  let layers: [Layer]
  /// The order.
  let order: Order

  /// Plans how `query` about `run` is answered.
  ///
  /// - Throws: `ShiftError` where the run has nothing at those coordinates; `StoreError`.
  init(_ query: ShiftQuery, of run: Run, in store: some RunReading) throws {
    references = try ReferencePlan(query.sites, from: query.reference, of: run, in: store)
    var query = query
    query.reference = references.reference
    self.query = query
    layers = try references.selection.map { [query, references] selected in
      let counterpart = try references.counterpart(of: selected)
      return query.isPooled
        ? try ReadPlan.pooledLayer(selected, counterpart, query, store)
        : try ReadPlan.layer(selected, counterpart, query, references, run, store)
    }
    order =
      switch query.reference {
      case _ where query.isPooled: .byWindow
      case .run: .stepByStep
      case .preceding: .onePass(mayDivide: false)
      case .start, .step, .window, .final:
        query.points == nil && query.steps == nil ? .onePass(mayDivide: true) : .stepByStep
      case .previous: .onePass(mayDivide: true)
      }
  }

  private static func layer(
    _ selected: SiteSelection.Selected, _ counterpart: SiteSelection.Selected?, _ query: ShiftQuery,
    _ references: ReferencePlan, _ run: Run, _ store: some RunReading
  ) throws -> Layer {
    if let counterpart, case .run(let other) = query.reference {
      let common = try store.commonSteps(of: selected, and: counterpart).filter {
        query.steps?.contains($0) ?? true
      }
      guard !common.isEmpty else {
        throw ShiftError(
          .notRecorded,
          "Run \(run.shortID) and run \(other.prefix(8)) recorded \(selected.source.site.layerWords) at no common step."
        )
      }
      return Layer(
        selected: selected, reference: .site(counterpart),
        steps: StepSelection.steps(common, atMost: query.points), recordedCount: common.count)
    }
    // Listing the steps takes time; if all are wanted, they are read with their moments.
    let recorded =
      query.points == nil && query.steps == nil
      ? nil
      : try store.steps(
        at: selected.source, in: query.steps, atMost: query.points, query.spread)
    switch query.reference {
    case .window, .preceding: try selected.requirePoolable()
    case .start, .previous, .step, .final, .run: break
    }
    let reference = try references.source(counterpart) {
      try store.stepRange(at: selected.source)
    }
    return Layer(
      selected: selected, reference: reference,
      steps: recorded?.steps, recordedCount: recorded?.recordedCount)
  }

  private static func pooledLayer(
    _ selected: SiteSelection.Selected, _ counterpart: SiteSelection.Selected?, _ query: ShiftQuery,
    _ store: some RunReading
  ) throws -> Layer {
    try selected.requirePoolable()
    try counterpart?.requirePoolable()
    let range = try store.stepRange(at: selected.source)
    let asked = range.map { range in query.steps.map { $0.clamped(to: range) } ?? range }
    let windows = StepWindows(covering: asked ?? 0...0, atMost: query.points ?? .max)
    let reference: ReferencePlan.Source
    switch query.reference {
    case .start where query.steps != nil || query.since != nil:
      // The start is that of the run, and as long, whatever steps are asked for.
      reference =
        range.map { range in
          let start = StepWindows(covering: range, atMost: query.points ?? .max).window(
            of: range.lowerBound)
          return .window(start.lowerBound...start.upperBound - 1)
        } ?? .compared
    case .start, .previous, .run: reference = counterpart.map { .site($0) } ?? .compared
    case .step(let step): reference = .step(step)
    case .window(let steps): reference = .window(steps)
    case .final:
      reference =
        range.map { .window(windows.window(of: $0.upperBound).lowerBound...$0.upperBound) }
        ?? .compared
    case .preceding(let count):
      throw ShiftError(
        .pooledTrailingWindow,
        "Pooled steps cannot be compared with the \(count) steps before them.")
    }
    return Layer(selected: selected, reference: reference, windows: windows)
  }
}

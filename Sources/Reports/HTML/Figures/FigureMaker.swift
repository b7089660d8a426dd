/// Makes the figures of runs.
struct FigureMaker {
  let all: ReportedRuns

  /// The figure of a kind, or why there is none.
  func answer(_ kind: FigureKind) -> FigureAnswer {
    switch kind {
    case .shift: ShiftFigures(all: all).sinceStart
    case .distance: ShiftFigures(all: all).distance
    case .heatmap: HeatmapFigure(all: all).answer
    case .previous: ShiftFigures(all: all).sincePrevious
    case .noise: NoiseFigure(all: all).answer
    case .histograms: HistogramFigure(all: all).answer
    case .bands: BandFigure(all: all).answer
    case .distribution: DistributionFigure(all: all).answer
    case .affine: AffineFigure(all: all).answer
    case .accuracy: TrainingFigures(all: all).accuracy
    case .loss: TrainingFigures(all: all).loss
    case .gap: GapFigure(all: all).answer
    case .normalized: ShiftFigures(all: all).normalized
    case .gradients: GradientFigures(all: all).shift
    case .landscape: GradientFigures(all: all).landscape
    }
  }
}

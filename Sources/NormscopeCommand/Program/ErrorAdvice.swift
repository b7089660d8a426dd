import Reports
import RunModel
import RunStore
import ShiftAnalysis

/// The advice on what to type after an error of a library, which knows no command line.
enum ErrorAdvice {
  /// The sentence of an error, with the advice where there is some.
  static func sentence(for error: any Error) -> String {
    let sentence = "\(error)"
    guard let advice = advice(for: error) else { return sentence }
    return (sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence) + "; \(advice)."
  }

  private static func advice(for error: any Error) -> String? {
    switch error {
    case let error as QueryError: advice(for: error.kind)
    case let error as StoreError: error.remedy.map(advice)
    case let error as ShiftError: advice(for: error)
    case let error as MissingFigure: advice(for: error.kind)
    default: nil
    }
  }

  private static func advice(for remedy: StoreError.Remedy) -> String {
    switch remedy {
    case .nameDatabase: "name another file with --db"
    case .recordRun: "record a run first, or name the file with --db"
    case .pushRun: "`normscope push` copies a run there"
    case .upgrade(let path): "`normscope db migrate --db \(path)` upgrades it"
    case .adopt(let path): "`normscope db migrate --adopt --db \(path)` checks it and sets them"
    case .check(let path): "`normscope db check --db \(path)` names the damage, if there is any"
    case .overwrite: "name another file, or add --overwrite"
    case .listRuns(let inTrash): "`normscope runs\(inTrash ? " --trash" : "")` lists the runs"
    case .replaceRun: "push it with --replace if it is this one that counts"
    case .restoreRun: "`normscope runs restore` takes it out"
    case .deleteRun: "`normscope runs delete` puts it there"
    }
  }

  private static func advice(for kind: QueryError.Kind) -> String? {
    switch kind {
    case .timeLimit: "ask for less, or raise --time-limit"
    case .rowLimit: "add a LIMIT, or raise --row-limit"
    case .unknownName: "`normscope db export-schema` prints the tables"
    case .invalid: nil
    }
  }

  private static func advice(for figure: FigureKind) -> String? {
    switch figure {
    case .bands: "record quantiles of the probe with --quantiles 0.15,0.5,0.85"
    case .histograms: "record histograms of the probe with --histogram-bins 64"
    case .noise: "record a run with --noise-every 1000"
    case .gradients: "record a run with --gradient-shift-every 50"
    case .landscape: "record a run with --landscape-every 50"
    case .gap, .normalized: "record a run with --norm batch --statistics batch,running"
    case .affine: "record a run with --norm batch"
    case .shift, .distance, .heatmap, .previous, .distribution, .accuracy, .loss: nil
    }
  }

  private static func advice(for error: ShiftError) -> String? {
    func recording(_ what: String, _ option: String) -> String {
      error.isOfAnotherProgram
        ? "`normscope record` records \(what), and the protocol for other programs has none"
        : "record \(what) with \(option)"
    }
    return switch error.kind {
    case .noHistograms: recording("histograms of the probe", "--histogram-bins 64")
    case .noGradientShifts: recording("gradient shifts", "--gradient-shift-every 50")
    case .noLandscapes: recording("landscapes", "--landscape-every 50")
    case .noSuchUnit: "name another unit, or one layer with --layer"
    case .incomparableLayers: "ask for another layer with --layer"
    case .differentBins: "record both with the same --histogram-bins and --histogram-range"
    case .pooledTrailingWindow: "use --reference previous, or omit --pooled"
    case .lowerLimit: "give it with --min"
    case .upperLimit: "give it with --max"
    case .emptyGroup: "try the filter with normscope runs --where"
    case .unpairedRuns:
      "filter the groups more closely, or pair them by another field with --pair-by"
    case .notRecorded, .derivedTensor, .notAMetric, .malformedLimit: nil
    }
  }
}

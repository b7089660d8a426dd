import Datasets
import Ingest
import Reports
import RunModel
import RunStore
import ShiftAnalysis
import Training

/// The exit codes of the program; codes of errors follow BSD's sysexits.
enum ExitStatus {
  /// A limit was exceeded.
  static let limitExceeded: Int32 = 3
  /// The command line asks for something impossible.
  static let usage: Int32 = 64
  /// A file is damaged or not in the expected format.
  static let badData: Int32 = 65
  /// A file, run, layer or step is not there.
  static let missingInput: Int32 = 66
  /// A fault of the program.
  static let softwareFault: Int32 = 70
  /// A file cannot be created.
  static let cannotCreate: Int32 = 73
  /// Reading or writing failed.
  static let inputOutput: Int32 = 74
  /// The database is in use; trying again later may work.
  static let busy: Int32 = 75

  /// The exit code of an error of a library; nil for every other error.
  static func status(of error: any Error) -> Int32? {
    switch error {
    case is ConfigurationError, is QueryError, is QueryReportError: usage
    case is NotRecordedError, is MissingFigure, is UnknownRunError, is SiblingProgramError:
      missingInput
    case is RasterizerError: cannotCreate
    case let error as DatasetError: error.kind == .missing ? missingInput : badData
    case let error as InputFileError: error.isMissing ? missingInput : badData
    case is StreamError: badData
    case let error as ShiftError: status(of: error.kind)
    case let error as StoreError: status(of: error.kind)
    case let error as OutputError: status(of: error.kind)
    default: nil
    }
  }

  private static func status(of kind: ShiftError.Kind) -> Int32 {
    switch kind {
    case .malformedLimit, .lowerLimit, .upperLimit, .notAMetric, .pooledTrailingWindow: usage
    case .notRecorded, .noHistograms, .noGradientShifts, .noLandscapes, .noSuchUnit,
      .incomparableLayers, .differentBins,
      .derivedTensor, .emptyGroup, .unpairedRuns:
      missingInput
    }
  }

  private static func status(of kind: OutputError.Kind) -> Int32 {
    switch kind {
    case .misuse: usage
    case .cannotCreate: cannotCreate
    case .inputOutput: inputOutput
    }
  }

  private static func status(of kind: StoreError.Kind) -> Int32 {
    switch kind {
    case .missingDatabase, .unknownRun: missingInput
    case .badDatabase, .newerSchema, .differentRun: badData
    case .ambiguousRun: usage
    case .cannotCreate: cannotCreate
    case .inputOutput: inputOutput
    case .busy: busy
    case .misuse: softwareFault
    }
  }
}

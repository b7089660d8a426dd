import ArgumentParser
import Datasets
import Training
import Reports
import RunModel
import RunStore
import ShiftAnalysis

/// How the program ends when it can't do what it was asked to: the codes of BSD's sysexits.
enum ExitStatus {
  /// A limit was exceeded.
  static let limitExceeded: Int32 = 3
  /// The command line asks for something impossible.
  static let usage: Int32 = 64
  /// What was read is not what it should be.
  static let badData: Int32 = 65
  /// What should be read is not there.
  static let missingInput: Int32 = 66
  /// A fault of the program.
  static let softwareFault: Int32 = 70
  /// What should be written can't be made.
  static let cannotCreate: Int32 = 73
  /// Reading or writing failed.
  static let inputOutput: Int32 = 74
  /// Somebody else is using it; try again.
  static let busy: Int32 = 75

  /// Says in one sentence on standard error what went wrong, and ends the program.
  static func exit(with error: any Error) -> Never {
    let code = Normscope.exitCode(for: error)
    if code.isSuccess || error is ExitCode { Normscope.exit(withError: error) }
    Terminal.say(sentence(for: error))
    Normscope.exit(withError: ExitCode(status(of: error)))
  }

  private static func sentence(for error: any Error) -> String {
    switch error {
    case is ConfigurationError, is DatasetError, is InputFileError, is ShiftError, is StoreError,
      is OutputError, is QueryError, is QueryReportError:
      ErrorAdvice.sentence(for: error)
    default: Normscope.message(for: error)
    }
  }

  private static func status(of error: any Error) -> Int32 {
    switch error {
    case is ConfigurationError, is QueryError, is QueryReportError: usage
    case let error as DatasetError: error.kind == .missing ? missingInput : badData
    case let error as InputFileError: error.isMissing ? missingInput : badData
    case let error as ShiftError: status(of: error.kind)
    case let error as StoreError: status(of: error.kind)
    case let error as OutputError: status(of: error.kind)
    default:
      // What the argument parser throws carries its own code, 64; anything else is our fault.
      Normscope.exitCode(for: error) == .failure
        ? softwareFault : Normscope.exitCode(for: error).rawValue
    }
  }

  private static func status(of kind: ShiftError.Kind) -> Int32 {
    switch kind {
    case .malformedLimit, .notAMetric, .pooledTrailingWindow: usage
    case .notRecorded, .noHistograms, .noSuchUnit, .incomparableLayers, .differentBins,
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
    case .badDatabase, .newerSchema: badData
    case .ambiguousRun: usage
    case .cannotCreate: cannotCreate
    case .inputOutput: inputOutput
    case .busy: busy
    case .misuse: softwareFault
    }
  }
}

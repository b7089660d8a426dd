package import RunModel
import Safetensors

extension Checkpoint {
  /// The result of `use` with this checkpoint of `run`.
  ///
  /// - Throws: `InputFileError` where the checkpoint is damaged or of another network; else what `use` throws.
  package func used<Outcome>(of run: Run, by use: (Checkpoint) throws -> Outcome) throws -> Outcome
  {
    do {
      return try use(self)
    } catch let error as SafetensorsError {
      throw unusable(of: run, error.sentenceEnd)
    } catch let error as TrainingCheckpoint.Mismatch {
      throw unusable(of: run, error.description)
    }
  }

  private func unusable(of run: Run, _ reason: String) -> InputFileError {
    InputFileError(
      isMissing: false,
      description:
        "The checkpoint of step \(step) of run \(run.shortID) is unusable: \(reason); record a new run."
    )
  }
}

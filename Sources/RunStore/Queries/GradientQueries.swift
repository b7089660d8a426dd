public import RunModel
import SQLite

extension RunDatabase {
  /// The gradient shifts of a run, by step and layer.
  ///
  /// - Throws: `StoreError`.
  public func gradientShifts(of run: Run) throws -> [GradientShiftRecord] {
    try attempt {
      try connection.rows(
        """
        SELECT step, layer, gradient_norm, difference_norm, cosine
        FROM gradient_shift WHERE run = ? ORDER BY step, layer
        """,
        [.integer(run.id)]
      ) { row in
        GradientShiftRecord(
          step: try row.count(0), layer: try row.count(1), gradientNorm: row.real(2),
          differenceNorm: row.real(3), cosine: row.real(4))
      }
    }
  }

  /// The points of the loss landscapes of a run, by step and step length.
  ///
  /// - Throws: `StoreError`.
  public func landscapePoints(of run: Run) throws -> [LandscapeRecord] {
    try attempt {
      try connection.rows(
        """
        SELECT step, step_length, loss, gradient_norm, difference_norm
        FROM landscape WHERE run = ? ORDER BY step, step_length
        """,
        [.integer(run.id)]
      ) { row in
        LandscapeRecord(
          step: try row.count(0), stepLength: row.real(1), loss: row.real(2),
          gradientNorm: row.real(3), differenceNorm: row.real(4))
      }
    }
  }
}

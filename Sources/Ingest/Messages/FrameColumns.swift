import Safetensors
import StrictJSON

/// The tensors of a frame whose names are known: an unknown one is refused.
struct FrameColumns<Column: CaseIterable & RawRepresentable<String>> {
  private let file: SafetensorsFile

  /// Takes the tensors of a frame.
  ///
  /// - Throws: `MisfitError` where one has a name that is not among `Column`.
  init(_ file: SafetensorsFile) throws(MisfitError) {
    self.file = file
    let known = Column.allCases.map(\.rawValue)
    for tensor in file.tensors where Column(rawValue: tensor.name) == nil {
      let advice =
        nearestName(to: tensor.name, among: known).map { "did you mean \(quotedExcerpt($0))?" }
        ?? "its tensors are \(known.map(quotedExcerpt).joined(separator: ", "))."
      throw MisfitError(predicate: "has no tensor \(quotedExcerpt(tensor.name)); \(advice)")
    }
  }

  /// The whole numbers of a column; nil where it is absent.
  ///
  /// - Throws: `MisfitError` where they are of another type than I64.
  func integers(_ column: Column) throws(MisfitError) -> [Int64]? {
    guard let tensor = file.tensor(named: column.rawValue) else { return nil }
    guard case .int64(let values) = tensor.values else {
      throw MisfitError(at: column.rawValue, predicate: "is not of type I64.")
    }
    return values
  }

  /// The numbers of a column; nil where it is absent.
  ///
  /// - Throws: `MisfitError` where they are of another type than F32.
  func vector(_ column: Column) throws(MisfitError) -> [Float]? {
    guard let tensor = file.tensor(named: column.rawValue) else { return nil }
    guard case .float32(let values) = tensor.values else {
      throw MisfitError(at: column.rawValue, predicate: "is not of type F32.")
    }
    return values
  }

  /// The numbers that `read` finds in a column, which must be there.
  func required<Values>(
    _ column: Column, _ read: (Column) throws(MisfitError) -> Values?
  ) throws(MisfitError) -> Values {
    guard let values = try read(column) else {
      throw MisfitError(predicate: "lacks the tensor \(quotedExcerpt(column.rawValue)).")
    }
    return values
  }
}

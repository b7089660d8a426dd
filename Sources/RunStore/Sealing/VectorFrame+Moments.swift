import Sealing

extension VectorFrame {
  /// The frames of the vectors of a block of moments at one site; nil for those that sealing does not make smaller.
  static func frames(
    of block: [PendingRecords.PendingMoment], _ vectors: Span<Float>
  ) -> [VectorFrame?] {
    MomentVector.allCases.map { vector in
      let moments = block.filter { $0.hasAffine || !vector.isAffine }
      guard let width = moments.first?.width else { return nil }
      var range = VectorRange(count: width)
      for moment in moments { range.add(vectors.extracting(moment.elements(of: vector))) }
      let frame = range.frame
      let plain = width * MemoryLayout<Float>.stride
      return moments.count * frame.sealedByteCount + frame.bytes.count < moments.count * plain
        ? frame : nil
    }
  }
}

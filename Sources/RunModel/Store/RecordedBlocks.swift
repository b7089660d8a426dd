/// The place of a block of moments: a site, and the number of the block.
package struct BlockPlace: Sendable, Hashable {
  /// The site.
  package let site: Site
  /// The number; block b has the steps from `StepBlock.shortest` times b on.
  package let block: Int

  package init(site: Site, block: Int) {
    self.site = site
    self.block = block
  }
}

/// The blocks of steps in which a store keeps the moments of runs, each with a checksum.
package struct RecordedBlocks {
  /// The checksums of the parts that each block of a run has.
  ///
  /// It throws `StoreError`.
  package let checksums: (_ run: Run) throws -> [BlockPlace: [MomentPart: Int]]
  /// Passes each moment of a run to `body` as a row, as `RecordedTable.forEachRow` does, but those of the blocks that are known.
  ///
  /// It throws `StoreError`, or what `body` throws.
  package let forEachRow:
    (
      _ run: Run, _ isKnown: (BlockPlace) -> Bool,
      _ body: (_ site: Site?, _ row: [Cell]) throws -> Void
    ) throws -> Void

  package init(
    checksums: @escaping (Run) throws -> [BlockPlace: [MomentPart: Int]],
    forEachRow: @escaping (Run, (BlockPlace) -> Bool, (Site?, [Cell]) throws -> Void) throws -> Void
  ) {
    self.checksums = checksums
    self.forEachRow = forEachRow
  }
}

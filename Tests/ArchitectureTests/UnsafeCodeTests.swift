import Testing

@Suite("Unsafe code")
struct UnsafeCodeTests {
  /// The targets that are there to make SQLite's C interface safe: as its caller, and as what it calls.
  static let targets: Set<String> = ["SQLite", "SQLiteExtension"]

  /// Where else it may stand: where a C library calls or is called, and where work changes threads.
  static let files: Set<String> = [
    "SQLFunctions/EntryPoint.swift",
    "Network/MatrixKernel.swift", "Network/ElementwiseKernel.swift", "Network/WorkerPool.swift",
    "NormscopeCommand/RawArguments.swift", "NormscopeCommand/TerminalWidth.swift",
    "NormscopeCommand/TerminalScreen.swift", "NormscopeCommand/SiblingProgram.swift",
    "NormscopeCommand/SignalThread.swift", "NormscopeCommand/PushingProgram.swift",
    "Reports/Rasterizer.swift",
    "RunModel/WriteQueue.swift", "RunStore/RecorderLock.swift", "RunStore/FileCalls.swift",
    "Sealing/SealedUnits.swift", "Sealing/NumberTable.swift", "Sealing/SealedChecksum.swift",
    "CentralStore/LibPQ.swift", "CentralStore/ServerConnection.swift",
    "CentralStore/ServerRows.swift", "CentralStore/ServerRow.swift",
    "CentralStore/CopyBuffer.swift",
    "Datasets/GzipFile.swift", "NumPyArchive/DeflateStream.swift",
  ]

  @Test("It is only in files that call C or move work between threads")
  func places() throws {
    var found: Set<String> = []
    for (target, files) in try SourceFile.perTarget() where !Self.targets.contains(target.name) {
      for file in files
      where file.words.contains("unsafe") || file.words.contains("@unchecked") {
        found.insert("\(target.name)/\(file.name)")
      }
    }
    #expect(found == Self.files)
  }
}

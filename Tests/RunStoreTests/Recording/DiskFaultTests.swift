import RunModel
import RunStore
import TestSupport
import Testing

@Suite("A failing disk")
struct DiskFaultTests {
  /// When the log is copied into the file.
  enum LogCopies {
    /// After nearly each write.
    case often
    /// At the end of the run alone.
    case atTheEnd

    var pages: Int { self == .often ? 2 : 1 << 20 }
  }

  /// A way to fail.
  struct Fault: Sendable, CustomTestStringConvertible {
    let requests: FaultyDisk.Requests
    var lasts = false
    var isFull = false
    var durability = Durability.process
    /// How far apart those requests are that are made to fail, each in a run of its own.
    var spacing = 1
    /// When the log is copied into the file.
    var copies = LogCopies.often
    /// What becomes of it.
    var kinds: Set<StoreError.Kind> = [.inputOutput]

    var testDescription: String {
      requests.testDescription + (lasts ? " from then on" : " once")
        + (isFull ? ", for want of room" : "") + ", durability \(durability.rawValue)"
        + (copies == .often ? "" : ", one copy of the log")
    }

    /// Whether it may go unnoticed.
    ///
    /// Only copies of the log make files shorter, and one that fails is made again before the next write.
    /// The failure of the last one, when the run ends, is an error; which one that is depends on how many steps took long.
    var mayBeMadeGood: Bool { requests == .truncate && !lasts && copies == .often }
  }

  static let faults: [Fault] =
    [false, true].flatMap { lasts in
      [
        Fault(requests: .write, lasts: lasts, spacing: lasts ? 4 : 1),
        Fault(requests: .write, lasts: lasts, isFull: true, spacing: 4),
        Fault(requests: .sync, lasts: lasts, durability: .full),
        Fault(requests: .sync, lasts: lasts), Fault(requests: .truncate, lasts: lasts),
        Fault(requests: .truncate, lasts: lasts, copies: .atTheEnd),
        Fault(requests: .read, lasts: lasts), Fault(requests: .size, lasts: lasts),
        Fault(requests: .open, lasts: lasts, kinds: [.cannotCreate]),
        Fault(requests: [.lock, .lockSharedMemory], lasts: lasts),
        Fault(requests: .mapSharedMemory, lasts: lasts),
        Fault(requests: [.delete, .access], lasts: lasts),
      ]
    }

  @Test(
    "Whichever request fails, there is one clear error at most, and nothing that was written is lost",
    arguments: faults)
  func everyRequest(fault: Fault) throws {
    let folder = try TemporaryFolder()
    var (number, errorCount, hasFailed) = (1, 0, true)
    while hasFailed {
      let path = folder.file("runs-\(number).db")
      let disk = try FaultyDisk()
      disk.fail(fault.requests, number: number, lasts: fault.lasts, isFull: fault.isFull)
      let attempt = try RecordingAttempt(
        path: path, durability: fault.durability, vfs: disk.name,
        checkpointPages: fault.copies.pages)
      hasFailed = disk.failureCount > 0
      #expect(hasFailed || attempt.error == nil)
      if let error = attempt.error {
        errorCount += 1
        #expect(fault.kinds.contains(error.kind), "\(number): \(error)")
      }
      disk.heal()
      try withExtendedLifetime(disk) {
        try attempt.check(path, isOver: !fault.lasts, vfs: disk.name)
      }
      for name in try folder.names() { try folder.remove(name) }
      number += fault.spacing
    }
    #expect(number > 1 + fault.spacing, "No request failed.")
    #expect(errorCount > 0 || fault.mayBeMadeGood)
  }
}

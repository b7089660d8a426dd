import Glibc
import RunModel

/// A lock on a run that is being recorded or changed: locked bytes of a file beside the database, at the run's row id.
///
/// The lock belongs to the open file description (`F_OFD_SETLK`, see fcntl(2)): the kernel takes it back when the process
/// ends, however it ends, and every process of the machine sees it, in whatever namespace. The file is there only while a
/// run has a mark, or after a recorder was killed.
final class RecorderLock {
  /// The purpose of a lock.
  enum Purpose {
    /// Recording, which is visible to every process.
    case recording
    /// Purging, thinning or merging, which excludes recording and other changes.
    case changing
  }

  private let file: DatabaseFile
  private let run: Int
  private let purpose: Purpose
  private var descriptor: Int32

  /// Locks a run; nil if the lock file cannot be created or its file system has no such locks.
  ///
  /// - Parameters:
  ///   - run: its row id.
  ///   - shortID: its short id, for messages.
  ///   - purpose: the purpose of the lock.
  ///   - file: its database.
  /// - Throws: `StoreError` of kind `busy` where another process records or changes the run.
  init?(run: Int, shortID: String, for purpose: Purpose, of file: DatabaseFile) throws(StoreError) {
    (self.file, self.run, self.purpose) = (file, run, purpose)
    switch RecorderLock.taken(run, purpose, file) {
    case .success(let taken): descriptor = taken
    case .failure(.isTaken):
      throw StoreError(
        .busy,
        "Another process works on run \(shortID) in \(file.path); try again when it has finished.")
    case .failure(.isImpossible): return nil
    }
  }

  private enum Refusal: Error {
    case isTaken, isImpossible
  }

  /// - Returns: the open file, some of whose bytes are locked.
  private static func taken(_ run: Int, _ purpose: Purpose, _ file: DatabaseFile) -> Result<
    Int32, Refusal
  > {
    // A byte for those who change the run, and one that tells recorders from them.
    let starts =
      [byte(of: run, for: .changing)]
      + (purpose == .recording ? [byte(of: run, for: .recording)] : [])
    while true {
      let opened = unsafe open(file.lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard opened >= 0 else { return .failure(.isImpossible) }
      let codes = starts.map { set(F_WRLCK, from: $0, length: 1, of: opened) }
      // Whoever ends last removes the file: one that was removed meanwhile is no mark that others see.
      if codes.allSatisfy({ $0 == 0 }) && isAtItsPath(opened, file.lockPath) {
        share(opened, as: file)
        return .success(opened)
      }
      let refused = zip(starts, codes).filter { [EAGAIN, EACCES].contains($0.1) }
      let holders = refused.map { holder(of: $0.0, in: opened) }
      close(opened)
      if holders.contains(.one) { return .failure(.isTaken) }
      // Who was removing the file may have finished between the refusal and the question, and is nobody then.
      let isBrief = !refused.isEmpty && !holders.contains(nil)
      guard isBrief || codes.allSatisfy({ $0 == 0 }) else { return .failure(.isImpossible) }
      usleep(1000)
    }
  }

  /// Locks the run again if the lock file was removed.
  func renew() {
    guard !RecorderLock.isAtItsPath(descriptor, file.lockPath),
      case .success(let taken) = RecorderLock.taken(run, purpose, file)
    else { return }
    close(descriptor)
    descriptor = taken
  }

  /// Releases the lock, and removes the lock file if no other run has one.
  func release() {
    let isLast = RecorderLock.set(F_WRLCK, from: 0, length: 0, of: descriptor) == 0
    if isLast && RecorderLock.isAtItsPath(descriptor, file.lockPath) {
      _ = unsafe unlink(file.lockPath)
    }
    RecorderLock.set(F_UNLCK, from: 0, length: 0, of: descriptor)
  }

  deinit {
    // A child of this process has the open file too until it runs another program, and would keep the lock.
    RecorderLock.set(F_UNLCK, from: 0, length: 0, of: descriptor)
    close(descriptor)
  }

  /// Whether a run is being recorded; nil if unknown.
  static func isHeld(run: Int, of file: DatabaseFile) -> Bool? {
    while true {
      let opened = unsafe open(file.lockPath, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      guard opened >= 0 else { return errno == ENOENT ? false : nil }
      let holder = holder(of: byte(of: run, for: .recording), in: opened)
      close(opened)
      switch holder {
      case .nobody: return false
      case .one: return true
      case nil: return nil
      case .ofAll: usleep(1000)
      }
    }
  }

  // MARK: - The system's calls

  // `F_OFD_GETLK` and `F_OFD_SETLK` of Linux, the same on every processor; Glibc's module has no macro that needs _GNU_SOURCE.
  private static let (getLock, setLock): (Int32, Int32) = (36, 37)
  /// The distance from the byte for recording a run to the byte for changing it.
  private static let changingOffset = 1 << 40

  /// The byte of a run; two whose row ids are 2^40 apart share one, which is harmless.
  private static func byte(of run: Int, for purpose: Purpose) -> Int {
    (run & (changingOffset - 1)) + (purpose == .changing ? changingOffset : 0)
  }

  /// The holder of a byte's lock.
  private enum Holder {
    case nobody, one
    /// A process that is removing the file, which is brief.
    case ofAll
  }

  private static func holder(of byte: Int, in descriptor: Int32) -> Holder? {
    var lock = description(F_WRLCK, from: byte, length: 1)
    guard unsafe fcntl(descriptor, getLock, &lock) == 0 else { return nil }
    if lock.l_type == Int16(F_UNLCK) { return .nobody }
    return lock.l_start == 0 && lock.l_len == 0 ? .ofAll : .one
  }

  /// - Returns: 0, or an error number.
  @discardableResult
  private static func set(_ type: Int32, from start: Int, length: Int, of descriptor: Int32)
    -> Int32
  {
    var lock = description(type, from: start, length: length)
    return unsafe fcntl(descriptor, setLock, &lock) == 0 ? 0 : errno
  }

  // A length of 0 is all that follows.
  private static func description(_ type: Int32, from start: Int, length: Int) -> flock {
    flock(
      l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: off_t(start), l_len: off_t(length),
      l_pid: 0)
  }

  private static func isAtItsPath(_ descriptor: Int32, _ path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    let areThere = unsafe [fstat(descriptor, &opened), lstat(path, &named)] == [0, 0]
    return areThere && opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
      && opened.st_size == 0
  }

  /// Gives the lock file the database's permissions and owner, so that all its users can lock runs.
  private static func share(_ descriptor: Int32, as file: DatabaseFile) {
    var (database, own) = (stat(), stat())
    guard unsafe stat(file.location, &database) == 0, unsafe fstat(descriptor, &own) == 0 else {
      return
    }
    if own.st_mode & 0o777 != database.st_mode & 0o777 {
      fchmod(descriptor, database.st_mode & 0o777)
    }
    if own.st_uid != database.st_uid || own.st_gid != database.st_gid {
      // Only root gives files away.
      _ = fchown(descriptor, database.st_uid, database.st_gid)
    }
  }
}

import Glibc

/// The mark that a run is being recorded: a lock of one byte of a file beside the database, at the run's row id.
///
/// The lock belongs to the open file description (`F_OFD_SETLK`, see fcntl(2)): the kernel takes it back when the process
/// ends, however it ends, and every process of the machine sees it, in whatever namespace. The file is there only while a
/// run is recorded, or after a recorder was killed.
final class RecorderLock {
  private let path: String
  private let run: Int
  private let descriptor: Int32

  /// Marks a run as being recorded; nil where the file can't be made or its file system has no such locks.
  ///
  /// - Parameters:
  ///   - run: its row id.
  ///   - shortID: what messages call it.
  ///   - file: its database.
  /// - Throws: `StoreError` of kind `busy` where another recorder has the run.
  init?(run: Int, shortID: String, of file: DatabaseFile) throws(StoreError) {
    path = file.lockPath
    self.run = run
    while true {
      let opened = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard opened >= 0 else { return nil }
      switch RecorderLock.take(from: run, length: 1, of: opened) {
      case 0: break
      case EAGAIN, EACCES:
        close(opened)
        throw StoreError(
          .busy,
          "Another process works on run \(shortID) in \(file.path); try again when it has finished."
        )
      default:
        close(opened)
        return nil
      }
      // Whoever ends last removes the file: one that was removed meanwhile is no mark that others see.
      if RecorderLock.isAtItsPath(opened, path) {
        descriptor = opened
        return
      }
      close(opened)
    }
  }

  /// Gives the mark back, and removes the file where no other run has one.
  func release() {
    if RecorderLock.take(from: 0, length: 0, of: descriptor) == 0 { _ = unsafe unlink(path) }
    RecorderLock.set(F_UNLCK, from: 0, length: 0, of: descriptor)
  }

  deinit { close(descriptor) }

  /// Whether a run has its mark; nil where that can't be told.
  static func isHeld(run: Int, of file: DatabaseFile) -> Bool? {
    let opened = unsafe open(file.lockPath, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard opened >= 0 else { return errno == ENOENT ? false : nil }
    defer { _ = close(opened) }
    var lock = description(F_WRLCK, from: run, length: 1)
    guard unsafe fcntl(opened, getLock, &lock) == 0 else { return nil }
    return lock.l_type != Int16(F_UNLCK)
  }

  // MARK: - The system's calls

  // `F_OFD_GETLK` and `F_OFD_SETLK` of Linux, the same on every processor; Glibc's module has no macro that needs _GNU_SOURCE.
  private static let (getLock, setLock): (Int32, Int32) = (36, 37)

  /// - Returns: 0, or an error number.
  private static func take(from start: Int, length: Int, of descriptor: Int32) -> Int32 {
    set(F_WRLCK, from: start, length: length, of: descriptor)
  }

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
  }
}

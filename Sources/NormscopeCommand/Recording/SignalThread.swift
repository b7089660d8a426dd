import Glibc

/// A thread that runs the handlers of signals, so that no other thread does.
///
/// A handler's frame is written below the stack pointer of the thread that it interrupts. oneDNN's matrix products point that
/// register into their workspace on the heap, where the frame would overwrite what lies in front of it.
enum SignalThread {
  /// The signals that a thread brings upon itself, by a fault or a failed write.
  private static let ownSignals = [
    SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPIPE, SIGXFSZ,
  ]

  /// Starts the thread; the calling thread, and those that it starts from now on, no longer receive signals from elsewhere.
  ///
  /// Where the system has no thread left, the calling thread receives them as before.
  static func start() {
    change(SIG_BLOCK)
    var thread = pthread_t()
    let code = unsafe pthread_create(
      &thread, nil,
      { _ in
        SignalThread.change(SIG_UNBLOCK)
        while true { pause() }
      }, nil)
    guard code == 0 else { return change(SIG_UNBLOCK) }
    pthread_detach(thread)
  }

  private static func change(_ how: Int32) {
    var set = sigset_t()
    unsafe sigfillset(&set)
    for number in ownSignals { unsafe sigdelset(&set, number) }
    unsafe pthread_sigmask(how, &set, nil)
  }
}

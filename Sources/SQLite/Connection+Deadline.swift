import CSQLite

extension Connection {
  /// Interrupts every statement that runs or begins after `duration`.
  ///
  /// The statement then fails with the code `interrupted`. A single call of a function is not interrupted.
  package func interruptStatements(after duration: Duration) {
    let deadline = Deadline(after: duration)
    self.deadline = deadline
    unsafe sqlite3_progress_handler(
      handle, Deadline.instructionsBetweenLooks,
      { deadline in
        guard let deadline = unsafe deadline else { return 0 }
        return unsafe Unmanaged<Deadline>.fromOpaque(deadline).takeUnretainedValue().isOver ? 1 : 0
      }, Unmanaged.passUnretained(deadline).toOpaque())
  }
}

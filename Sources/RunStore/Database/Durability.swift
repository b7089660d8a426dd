/// The failure that a written step survives.
public enum Durability: String, Sendable, CaseIterable {
  /// The end of the process; a loss of power may cost the newest steps, but never the file.
  case process
  /// A loss of power too: every write waits until the disk has it.
  case full
}

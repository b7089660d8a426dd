/// Over what a selection of steps is spread evenly.
package enum StepSpread: Sendable {
  /// Over the steps that were recorded, which have to be counted.
  case recorded
  /// Over step numbers: each is found by itself, which takes no longer in a long run.
  case numbers
}

/// The course of the learning rate after warm-up.
package enum ScheduleKind: String, CaseIterable, Codable, Sendable {
  case constant
  case step
  case cosine
}

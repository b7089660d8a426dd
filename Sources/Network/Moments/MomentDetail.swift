/// The parts of a tensor's distribution that are kept beside its mean and variance.
package struct MomentDetail: OptionSet, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// The third and the fourth moment.
  package static let higherMoments = MomentDetail(rawValue: 1)
  /// All numbers, of a batch norm's output too where its moments follow from its input.
  package static let values = MomentDetail(rawValue: 2)
}

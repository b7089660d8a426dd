/// A moment or a whole day that times are compared with; microseconds since 1970, UTC.
package struct FilterTime: Sendable, Equatable {
  /// The notations of times, for messages.
  package static let notations =
    "a time: a day such as 2026-11-28, '2026-11-28 10:00' with Z, +09:00 or UTC without, today, yesterday, -30m, -2h, "
    + "-3d or -1w"

  /// The first microsecond.
  package let first: Int
  /// The last microsecond, which for a moment is the first.
  package let last: Int

  private static let second = 1_000_000
  private static let day = 86_400 * second

  private init(moment: Int) {
    first = moment
    last = moment
  }

  private init(day: Int) {
    first = day * FilterTime.day
    last = first + FilterTime.day - 1
  }

  /// Reads a time: ISO 8601 with T or a blank, in UTC unless it has an offset; a day of UTC, also as `today` or
  /// `yesterday`; or a time before now, such as -30m, -2h, -3d and -1w; nil for anything else.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - now: the current time, microseconds since 1970.
  init?(_ text: String, now: Int) {
    let today = now / FilterTime.day
    switch text {
    case "today": self.init(day: today)
    case "yesterday": self.init(day: today - 1)
    default:
      guard let time = FilterTime(ago: text, now: now) ?? FilterTime(timestamp: text) else {
        return nil
      }
      self = time
    }
  }

  /// Whether `time` compares so with it; a day equals every moment of it.
  package func holds(_ time: Int, _ comparison: FilterComparison) -> Bool {
    switch comparison {
    case .equal: (first...last).contains(time)
    case .notEqual: !(first...last).contains(time)
    case .less: time < first
    case .lessOrEqual: time <= last
    case .greater: time > last
    case .greaterOrEqual: time >= first
    case .contains: false
    }
  }

  private init?(ago text: String, now: Int) {
    let units = ["m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400]
    guard text.first == "-", let unit = text.last.flatMap({ units[String($0)] }) else { return nil }
    var digits = FilterTimeScanner(text.dropFirst().dropLast())
    guard let count = digits.number(1...6), digits.isAtEnd else { return nil }
    self.init(moment: now - count * unit * FilterTime.second)
  }

  /// Reads a day, or a moment with its time of day; nil where the calendar has no such day.
  package init?(timestamp text: String) {
    var text = FilterTimeScanner(text[...])
    guard let year = text.number(4...4), text.take("-"), let month = text.number(2...2),
      text.take("-"), let day = text.number(2...2),
      let days = FilterTime.daysSince1970(year: year, month: month, day: day)
    else { return nil }
    guard !text.isAtEnd else {
      self.init(day: days)
      return
    }
    guard text.take("T") || text.take("t") || text.take(" "), let hour = text.number(2...2),
      hour < 24, text.take(":"), let minute = text.number(2...2), minute < 60
    else { return nil }
    var microseconds = days * FilterTime.day + (hour * 60 + minute) * 60 * FilterTime.second
    if text.take(":") {
      guard let second = text.number(2...2), second < 60 else { return nil }
      microseconds += second * FilterTime.second
      if text.take(".") || text.take(",") {
        guard let fraction = text.microseconds() else { return nil }
        microseconds += fraction
      }
    }
    guard let offset = text.offset(), text.isAtEnd else { return nil }
    self.init(moment: microseconds - offset * 60 * FilterTime.second)
  }

  /// The number of days from 1970-01-01 to a date of the Gregorian calendar; nil where the calendar has no such date.
  ///
  /// Years begin in March here, so that the leap day is the last one.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int? {
    guard (1...12).contains(month), day >= 1 else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[month - 1] else { return nil }
    // Shifted by 400 years, because division rounds towards zero.
    let shifted = year + 400 - (month < 3 ? 1 : 0)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let daysBefore = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400
    let from1970 = 719_468 + 146_097
    return daysBefore + dayOfYear - from1970
  }
}

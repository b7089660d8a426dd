import Testing

@testable import CentralStore

@Suite("A link that was cut")
struct LinkTimeoutTests {
  @Test(
    "Both ends wait for it as long as its URL says, or 30 seconds",
    arguments: [
      ("postgresql://db/runs", 30_000, 10, 5), ("postgresql://db/runs?host=/a", 30_000, 10, 5),
      ("postgresql://db/runs?host=/a&tcp_user_timeout=1000", 1_000, 1, 1),
      ("postgresql://db/runs?tcp_user_timeout=1&tcp_user_timeout=60000", 60_000, 20, 10),
      ("postgresql://db/runs?tcp_user_timeout=0", 30_000, 10, 5),
      ("postgresql://db/runs?tcp_user_timeout=soon", 30_000, 10, 5),
    ])
  func ends(url: String, timeout: Int, idle: Int, interval: Int) {
    let link = LinkTimeout(of: url)
    #expect(
      Dictionary(uniqueKeysWithValues: link.settings) == [
        "tcp_user_timeout": "\(timeout)", "keepalives_idle": "\(idle)",
        "keepalives_interval": "\(interval)", "keepalives_count": "4",
      ])
    for setting in [
      "tcp_user_timeout TO \(timeout)", "tcp_keepalives_idle TO \(idle)",
      "tcp_keepalives_interval TO \(interval)", "tcp_keepalives_count TO 4",
    ] {
      #expect(
        link.statements.split { ";\n".contains($0) }.contains { $0.hasSuffix("SET \(setting)") })
    }
  }
}

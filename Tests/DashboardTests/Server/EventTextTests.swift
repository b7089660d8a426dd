import Testing

@testable import Dashboard

@Suite("The text of an event stream")
struct EventTextTests {
  @Test("An event has its lines, and no text can add another")
  func lines() {
    let events = [
      LiveEvent(name: "step", data: "{\"a\":1}", id: "7"),
      LiveEvent(name: "a\nb", data: "c\r\nd", id: "e\0f\n"),
    ]
    #expect(
      String(decoding: EventText.text(of: events), as: UTF8.self)
        == "event: step\nid: 7\ndata: {\"a\":1}\n\nevent: a b\nid: e f \ndata: c  d\n\n")
  }
}

import RunModel
import Testing

@Suite("The address of a store")
struct AddressTests {
  @Test(
    "A URL is shown without its passwords",
    arguments: [
      ("postgresql://ada@db/runs", "postgresql://ada@db/runs"),
      ("postgresql://ada:secret@db:5432/runs", "postgresql://ada@db:5432/runs"),
      ("postgresql://ada:a:b@c@db/runs", "postgresql://ada@db/runs"),
      ("postgres://db:5432/runs?password=x&host=/a", "postgres://db:5432/runs?host=/a"),
      ("postgresql:///runs?sslpassword=x", "postgresql:///runs"),
      ("postgresql://", "postgresql://"),
      ("postgresql://ada:x@", "postgresql://ada@"), ("runs.db", "runs.db"), ("", ""),
    ])
  func shown(url: String, shown: String) {
    #expect(StoreAddress.shown(url) == shown)
    #expect(StoreAddress.holdsPassword(url) == (url != shown))
  }

  @Test("A path is no URL")
  func paths() {
    #expect(StoreAddress.isCentral("postgresql:///a") && StoreAddress.isCentral("postgres://a"))
    for path in ["runs.db", "postgresql", "./postgresql://a", "http://a", ""] {
      #expect(!StoreAddress.isCentral(path))
    }
  }
}

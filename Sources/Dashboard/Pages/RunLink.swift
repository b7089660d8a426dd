import Reports
import RunModel

/// A link to a run's page: its name, or the beginning of its id where it has none.
enum RunLink {
  /// The link.
  static func html(_ uuid: String, _ name: String) -> HTML {
    "<a href=\"\(PageLink.run(uuid))\"><bdi>\(text(uuid, name))</bdi></a>"
  }

  /// The link to a run.
  static func html(_ run: Run) -> HTML { html(run.uuid, run.name) }

  /// The text of a link.
  static func text(_ uuid: String, _ name: String) -> String {
    name.isEmpty ? String(uuid.prefix(8)) : name.withoutControlCharacters
  }
}

extension RunConfiguration {
  /// Reads a configuration: JSON as it is printed, comments and trailing commas allowed.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - name: how an error names it.
  /// - Throws: `ConfigurationError` where it is not one.
  package init(json text: [UInt8], named name: String) throws(ConfigurationError) {
    self = try decodeConfiguration(RunConfiguration.self, from: text, named: name)
  }
}

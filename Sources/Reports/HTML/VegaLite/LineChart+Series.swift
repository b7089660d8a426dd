extension LineChart {
  /// The names of the lines, each once: a second line whose name another has, too, has that of its run's first line before it.
  var seriesNames: [String] {
    var used: Set<String> = []
    return lines.map { line in
      var name = line.name
      if line.isSecond, lines.count(where: { $0.name == name }) > 1,
        let first = lines.first(where: { $0.run == line.run && !$0.isSecond })
      {
        name = "\(first.name), \(name)"
      }
      while !used.insert(name).inserted { name += "′" }
      return name
    }
  }

  /// The lines and the bands that have no line of their name.
  var series: [LineSeries] {
    let own = zip(seriesNames, lines).map {
      LineSeries(name: $0, run: $1.run, isSecond: $1.isSecond)
    }
    return own
      + bands.filter { band in !own.contains { $0.name == band.name } }.map {
        LineSeries(name: $0.name, run: $0.run)
      }
  }
}

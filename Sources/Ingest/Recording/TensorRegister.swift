import RunModel
import StrictJSON

/// The tensors that a stream has declared, and the layers that they are in.
struct TensorRegister {
  /// A declared tensor.
  struct Tensor {
    /// The declaration.
    let declaration: TensorDeclaration
    /// The place of its records.
    let site: Site
    /// The newest step with moments of it; -1 before the first.
    var newestStep = -1
    /// The newest step with a measurement of its noise; -1 before the first.
    var newestNoiseStep = -1
  }

  /// What tells one tensor of a run from another.
  private struct Place: Hashable {
    let layer: Int
    let tap: Site.Tap
    let population: Site.Population
    let statistics: StatisticsMode

    init(_ site: Site) {
      (layer, tap, population, statistics) =
        (site.layer, site.tap, site.population, site.statistics)
    }
  }

  /// The tensors in the order of their declarations.
  var tensors: [Tensor] = []
  private var positions: [String: Int] = [:]
  private var layers: [String: Int] = [:]
  /// The largest number of a layer.
  private var lastLayer = 0
  /// The tensors that the run had before it was resumed.
  private var recorded: [Place: Site] = [:]
  private var declared: [Place: String] = [:]

  /// An empty register of a run that has these sites already, none where it begins.
  init(recorded sites: [Site]) {
    for site in sites {
      recorded[Place(site)] = site
      layers[site.layerName ?? "\(site.layer)"] = site.layer
      lastLayer = max(lastLayer, site.layer)
    }
  }

  /// The places of all tensors, with those that the run had before it was resumed.
  var sites: [Site] { recorded.values + tensors.map(\.site) }

  /// The position of the tensor called `name`.
  ///
  /// - Throws: `MisfitError` where no tensor is declared by that name.
  func position(of name: String) throws(MisfitError) -> Int {
    if let position = positions[name] { return position }
    let nearest = nearestName(to: name, among: tensors.map(\.declaration.name))
    throw MisfitError(
      at: name,
      predicate: nearest.map { "is not declared; did you mean \(quotedExcerpt($0))?" }
        ?? "is not declared; send a message of type \"tensors\" first.")
  }

  /// The number of the layer called `name`, from 1.
  ///
  /// - Throws: `MisfitError` where no tensor is declared in it.
  func layer(_ name: String) throws(MisfitError) -> Int {
    if let layer = layers[name] { return layer }
    let nearest = nearestName(to: name, among: layers.keys.sorted())
    throw MisfitError(
      at: "layer",
      predicate:
        "is \(quotedExcerpt(name)), in which no tensor is declared\(nearest.map { "; did you mean \(quotedExcerpt($0))?" } ?? ".")"
    )
  }

  /// Adds tensors; one that is declared again identically keeps its position.
  ///
  /// - Throws: `MisfitError`.
  mutating func declare(_ declarations: [TensorDeclaration]) throws(MisfitError) {
    for (index, declaration) in declarations.enumerated() {
      do {
        try declare(declaration)
      } catch {
        throw error.inside(index).inside("tensors")
      }
    }
  }

  private mutating func declare(_ declaration: TensorDeclaration) throws(MisfitError) {
    let name = declaration.name
    if let position = positions[name] {
      let earlier = tensors[position].declaration
      // Such names are equal, and one of them would silently be the other.
      guard earlier.name.utf8.elementsEqual(name.utf8) else {
        throw MisfitError(
          predicate:
            "declares \(quotedExcerpt(name)) twice, with other code points for the same characters; use one spelling."
        )
      }
      guard earlier == declaration else {
        throw MisfitError(
          predicate:
            "declares \(quotedExcerpt(name)) again and otherwise; leave it out, or give it another name."
        )
      }
      return
    }
    // Layers keep the numbers that they have in the run.
    let layer = layers[declaration.layer] ?? lastLayer + 1
    let site = declaration.site(layer: layer)
    let place = Place(site)
    if let other = declared[place] {
      throw MisfitError(
        predicate:
          "declares \(quotedExcerpt(name)) with the layer, tap, population and statistics of \(quotedExcerpt(other)); give it others."
      )
    }
    if let earlier = recorded[place] { try requireFit(of: site, to: earlier, name) }
    layers[declaration.layer] = layer
    lastLayer = max(lastLayer, layer)
    declared[place] = name
    positions[name] = tensors.count
    tensors.append(Tensor(declaration: declaration, site: site))
  }

  /// Checks that a tensor is the one that a resumed run has at its place, as far as is known of both.
  private func requireFit(of site: Site, to earlier: Site, _ name: String) throws(MisfitError) {
    guard earlier == site else {
      throw MisfitError(
        predicate:
          "declares \(quotedExcerpt(name)) with \(counted(site.width, "unit")) and \(site.epsilon.map { "epsilon \($0)" } ?? "no epsilon"), where the run has \(earlier.width) and \(earlier.epsilon.map { "epsilon \($0)" } ?? "none") at its place; record a new run."
      )
    }
    for (word, new, old) in [
      ("kind", site.layerKind, earlier.layerKind),
      ("activation", site.activation, earlier.activation),
      ("shape", site.shape.map { "\($0)" }, earlier.shape.map { "\($0)" }),
    ] {
      guard let new, let old, new != old else { continue }
      throw MisfitError(
        predicate:
          "declares \(quotedExcerpt(name)) with the \(word) \(quotedExcerpt(new)), where the run has \(quotedExcerpt(old)); record a new run."
      )
    }
  }
}

extension TensorDeclaration {
  /// The place of the tensor's records in a run.
  fileprivate func site(layer number: Int) -> Site {
    Site(
      layer: number, tap: tap, population: population, statistics: statistics, width: units,
      epsilon: epsilon, layerName: layer, layerKind: kind, shape: shape, activation: activation,
      derivesNormalized: derivesNormalized)
  }
}

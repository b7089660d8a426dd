import RunModel
import Statistics
import StrictJSON

extension TensorRegister {
  /// The noise of each tensor in a message, measured by its batches, by the positions of the tensors.
  ///
  /// - Throws: `MisfitError`, and nothing was taken.
  func noise(in message: NoiseMessage) throws(MisfitError) -> [(Int, BatchNoiseRecord)] {
    var batches: [Int: [NoiseMessage.Batch]] = [:]
    switch message.batches {
    case .named(let named):
      for (name, list) in named.sorted(by: { $0.key < $1.key }) {
        do {
          batches[try position(of: name)] = list
        } catch {
          throw error.inside(NoiseMessage.Key.noise.rawValue)
        }
      }
    case .columns(let columns):
      for (position, vectors) in try columns.slices(of: self, withAffine: false) {
        batches[position, default: []].append(
          NoiseMessage.Batch(
            count: vectors.count, mean: vectors.mean, variance: vectors.variance))
      }
    }
    var noise: [(Int, BatchNoiseRecord)] = []
    for (position, batches) in batches.sorted(by: { $0.key < $1.key }) {
      do {
        noise.append((position, try record(of: batches, at: position, step: message.step)))
      } catch {
        throw error.inside(tensors[position].declaration.name).inside(
          NoiseMessage.Key.noise.rawValue)
      }
    }
    return noise
  }

  private func record(
    of batches: [NoiseMessage.Batch], at position: Int, step: Int
  ) throws(MisfitError) -> BatchNoiseRecord {
    let tensor = tensors[position]
    guard step > tensor.newestNoiseStep else {
      throw MisfitError(
        predicate:
          "is of step \(step), where the step of a measurement comes after the last one, \(tensor.newestNoiseStep)."
      )
    }
    var accumulator = BatchNoiseAccumulator(features: tensor.site.width)
    for (index, batch) in batches.enumerated() {
      guard batch.mean.count == tensor.site.width, batch.variance.count == tensor.site.width else {
        throw MisfitError(
          predicate:
            "has \(counted(batch.mean.count, "mean")) and \(counted(batch.variance.count, "variance")), where the tensor has \(counted(tensor.site.width, "unit"))."
        ).inside(index)
      }
      if let unit = batch.variance.firstIndex(where: { $0 < 0 }) {
        throw MisfitError(
          at: NoiseMessage.BatchKey.variance.rawValue,
          predicate:
            "has \(batch.variance[unit]) for unit \(unit + 1), where a variance from 0 is wanted."
        ).inside(index)
      }
      accumulator.add(
        FeatureMoments(count: batch.count, mean: batch.mean, variance: batch.variance))
    }
    guard let rho = accumulator.rho, let kurtosis = accumulator.effectiveKurtosis else {
      throw MisfitError(
        predicate:
          "has \(counted(batches.count, "batch", plural: "batches")), where the noise between at least 2 is measured."
      )
    }
    return BatchNoiseRecord(
      step: step, batchCount: accumulator.batches, count: accumulator.count,
      rho: rho.map { Float($0) }, kurtosis: kurtosis.map { Float($0) },
      variance: accumulator.populationVariance?.map { Float($0) },
      degreesOfFreedom: accumulator.degreesOfFreedom(epsilon: tensor.site.measureEpsilon))
  }
}

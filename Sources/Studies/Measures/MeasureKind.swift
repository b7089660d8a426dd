import StrictJSON
import Training

/// The kinds of measures by the names that the files of studies have for them.
enum MeasureKind: String, CaseIterable, Decodable {
  case testAccuracy = "test_accuracy"
  case testLoss = "test_loss"
  case trainingLoss = "training_loss"
  case trainingAccuracy = "training_accuracy"
  case stepsToAccuracy = "steps_to_accuracy"
  case path
  case gradient
  case gradientGrowth = "gradient_growth"
  case landscape
  case noise
  case noiseLaw = "noise_law"
  case meanLessBeta = "mean_less_beta"
  case alarmCount = "alarm_count"
  case alarmDelay = "alarm_delay"
  case prediction
  case variance
  case effectiveRank = "effective_rank"
  case angularUpdate = "angular_update"
  case inputCondition = "input_condition"
  case hessian
  case federatedAccuracy = "federated_accuracy"

  /// The one place where a kind meets its type.
  private var type: any StudyMeasure.Type {
    switch self {
    case .testAccuracy: TestAccuracy.self
    case .testLoss: TestLoss.self
    case .trainingLoss: TrainingLoss.self
    case .trainingAccuracy: TrainingAccuracy.self
    case .stepsToAccuracy: StepsToAccuracy.self
    case .path: PathMeasure.self
    case .gradient: GradientMeasure.self
    case .gradientGrowth: GradientGrowth.self
    case .landscape: LandscapeMeasure.self
    case .noise: NoiseMeasure.self
    case .noiseLaw: NoiseLaw.self
    case .meanLessBeta: MeanLessBeta.self
    case .alarmCount: AlarmCount.self
    case .alarmDelay: AlarmDelay.self
    case .prediction: PredictionMeasure.self
    case .variance: LayerVariance.self
    case .effectiveRank: EffectiveRank.self
    case .angularUpdate: AngularUpdate.self
    case .inputCondition: InputCondition.self
    case .hessian: HessianEigenvalue.self
    case .federatedAccuracy: FederatedAccuracy.self
    }
  }

  /// Reads the measure that an object describes by its `kind` and the keys of that kind.
  ///
  /// - Throws: `ConfigurationError` with the place of what is wrong.
  static func measure(_ members: [String: JSONValue], place: String) throws(ConfigurationError)
    -> any StudyMeasure
  {
    var members = members
    do {
      guard let name = members.removeValue(forKey: "kind") else {
        throw ConfigurationError(
          text:
            "\(place) lacks the key \"kind\"; it is one of \(allCases.map(\.rawValue).joined(separator: ", "))."
        )
      }
      let kind = try name.decode(MeasureKind.self, named: "\"kind\" of \(place)")
      let measure = try JSONValue.object(members).decode(kind.type, named: place)
      if let fault = measure.fault { throw ConfigurationError(text: "\(place) \(fault)") }
      return measure
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw ConfigurationError(text: "\(error)")
    }
  }
}

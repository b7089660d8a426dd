import Statistics

/// The glossary of taps, populations, statistics and references.
enum GlossarySection {
  static var html: HTML {
    let measures = ShiftMeasure.standard.map {
      "<dt>\($0.title)</dt><dd>\($0.definition) Unit: \($0.unit).</dd>\n" as HTML
    }
    return """
      <h2>What the words mean</h2>
      <p>A shift is a distance between two distributions of the same tensor. It means nothing without \
      four coordinates:</p>
      <dl>
      <dt>tap</dt><dd>Which tensor of a layer. <i>input</i>: what enters the layer. <i>preactivation</i>: \
      z = xW + b, what batch norm reads when it stands before the activation. <i>activation</i>: the activation \
      of z, what batch norm reads when it stands after it. <i>normalized</i>: what batch norm hands on.</dd>
      <dt>population</dt><dd>Over which examples. <i>batch</i>: the training batch of the step, another one \
      each time, so that sampling noise adds to the shift. <i>probe</i>: a fixed held-out set pushed through the \
      weights of the step, so that only the weights moved.</dd>
      <dt>statistics</dt><dd>What batch norm normalized with. <i>batch</i>: the mean and variance of the \
      examples themselves. <i>running</i>: the averages kept during training, which predictions use. \
      <i>precise</i>: those of a pass over training examples with fixed weights. <i>ioffe</i>: of the same pass, \
      the variance m/(m−1) times the mean variance of its batches of m. <i>none</i>: the network has no batch \
      norm.</dd>
      <dt>reference</dt><dd>What is compared with. <i>start</i>: the first recorded step. <i>previous</i>: \
      the recorded step before. <i>final</i>: the last one.</dd>
      </dl>
      <p>The measures compare a unit’s mean μ₂ and variance σ₂² with those of the reference, μ₁ and σ₁²; \
      ε is batch norm’s constant. The figures of this report show the first:</p>
      <dl>
      \(measures)</dl>

      """
  }
}

import Statistics

/// The glossary of taps, populations, statistics and references.
enum GlossarySection {
  static var html: HTML {
    let measures = ShiftMeasure.standard.map {
      "<dt>\($0.title)</dt><dd>\($0.definition) Unit: \($0.unit).</dd>\n" as HTML
    }
    return """
      \(ReportSection.glossary.heading)\
      <p>A shift is a distance between two distributions of the same tensor. Four coordinates define it:</p>
      <dl>
      <dt>tap</dt><dd>The tensor of a layer. <i>input</i>: the layer’s input x. <i>preactivation</i>: \
      z = xW + b, the input of a batch norm that is placed before the activation. <i>activation</i>: the activation \
      of z, the input of a batch norm that is placed after it. <i>normalized</i>: the output of batch norm.</dd>
      <dt>population</dt><dd>The examples. <i>batch</i>: the training batch of the step, which changes with \
      every step, so that sampling noise adds to the shift. <i>probe</i>: a fixed held-out set, evaluated with the \
      weights of the step, so that every difference is a change of the weights.</dd>
      <dt>statistics</dt><dd>The mean and variance that batch norm used. <i>batch</i>: those of the \
      examples themselves. <i>running</i>: the averages kept during training, which predictions use. \
      <i>precise</i>: mean and variance over many training examples with fixed weights. <i>ioffe</i>: the same mean, and \
      m/(m−1) times the mean variance of batches of m examples. <i>none</i>: the network has no batch norm.</dd>
      <dt>reference</dt><dd>The distribution that each step is compared with. <i>start</i>: the first recorded \
      step. <i>previous</i>: the previous recorded step. <i>final</i>: the last recorded step.</dd>
      </dl>
      <p>The measures compare a unit’s mean μ₂ and variance σ₂² with those of the reference, μ₁ and σ₁²; \
      ε is batch norm’s constant. The figures of this report show the first:</p>
      <dl>
      \(measures)</dl>

      """
  }
}

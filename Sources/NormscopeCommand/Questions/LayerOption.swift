import ArgumentParser
import ShiftAnalysis

/// The option for the layers that an answer is about.
struct LayerOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The layers, separated by commas: numbers from 1, names, or patterns of names, such as 'layer3.*' (default: all).",
      valueName: "layers"))
  var layer: LayerSelection?
}

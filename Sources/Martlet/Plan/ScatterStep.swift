import KernelInterface

/// Writes an output of the model as rows, in the order of the samples.
struct ScatterStep: Step {
  let name = "scatter"
  let index: Int
  let output: Tensor

  var reads: Operands { [output] }
  var writes: Operands { [] }

  func run(_ run: Run, _ range: Range<Int>) {
    let features = output.features
    for group in range {
      run.kernels.scatter(
        run.read(output, group), features: features, count: run.lanes(in: group),
        pitch: features,
        into: run.source.outputs[index] + (run.source.first + group * 16) * features)
    }
  }
}

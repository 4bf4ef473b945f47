/// What a training gave, epoch by epoch.
public struct History: Sendable {
  public struct Epoch: Sendable {
    public var index: Int
    public var training: Evaluation
    public var validation: Evaluation?
  }

  public var epochs: [Epoch] = []

  public var losses: [Double] { epochs.map(\.training.loss) }
  public var validationLosses: [Double] { epochs.compactMap { $0.validation?.loss } }
}

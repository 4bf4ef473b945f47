/// Trains a model on labelled images, epoch by epoch.
///
/// ```swift
/// let history = try Trainer(model, loss: .crossEntropy, optimizer: Adam(learningRate: 1e-3))
///   .fit(digits.train, epochs: 5, batchSize: 64, validation: .fraction(0.1))
/// ```
public struct Trainer {
  /// What to measure progress on after every epoch.
  public enum Validation {
    case none
    /// The last part of the training images, which are then not trained on.
    case fraction(Double)
    case images(ImageSet)
  }

  public let model: Model

  /// Compiles the model: the optimiser starts anew. To go on with a model that is compiled, leave the settings out.
  public init(
    _ model: Model, loss: Loss, optimizer: any Optimizer, metrics: [Metric] = [.accuracy]
  ) throws {
    self.model = model
    try model.compile(losses: [loss], optimizer: optimizer, metrics: metrics)
  }

  /// Goes on with a compiled model as it is, its optimiser's state included.
  /// - Throws: `MartletError` when the model is not compiled.
  public init(_ model: Model) throws {
    guard model.optimizer != nil else { throw Model.notCompiled }
    self.model = model
  }

  /// Visits all images once an epoch, in an order that follows from the model's seed and the number of epochs that it
  /// was trained before: `fit` twice for one epoch is `fit` once for two.
  /// - Parameters:
  ///   - batchSize: images between two updates.
  ///   - progress: called after every epoch; may stop the training.
  /// - Returns: one entry for each epoch done.
  @discardableResult
  public func fit(
    _ images: ImageSet, epochs: Int = 1, batchSize: Int = 32, validation: Validation = .none,
    progress: ((History.Epoch) -> RunControl)? = nil
  ) throws -> History {
    let (rows, held) = try split(images, validation)
    var history = History()
    for index in 0..<max(0, epochs) {
      let options = RunOptions(batchSize: batchSize, shuffle: (model.seed, model.epochsTrained))
      let result = try images.withDataset(rows: rows) { try model.train($0, options) }
      model.epochsTrained += 1
      var epoch = History.Epoch(
        index: index, training: Evaluation(result.values, model), validation: nil)
      switch validation {
      case .none: break
      case .images(let set): epoch.validation = try model.evaluate(set)
      case .fraction:
        epoch.validation = try images.withDataset(rows: held) {
          Evaluation(try model.evaluate($0, .inference).values, model)
        }
      }
      history.epochs.append(epoch)
      if progress?(epoch) == .stop { break }
    }
    return history
  }

  private func split(_ images: ImageSet, _ validation: Validation) throws -> (
    training: [Int64]?, held: [Int64]
  ) {
    guard case .fraction(let fraction) = validation else { return (nil, []) }
    guard fraction > 0, fraction < 1 else {
      throw MartletError.value("expected a fraction between 0 and 1, received \(fraction).")
    }
    let first = Int(Double(images.count) * (1 - fraction))
    guard first > 0, first < images.count else {
      throw MartletError.value(
        "a fraction of \(fraction) of \(images.count) images leaves none to train or to validate on."
      )
    }
    return ((0..<first).map(Int64.init), (first..<images.count).map(Int64.init))
  }
}

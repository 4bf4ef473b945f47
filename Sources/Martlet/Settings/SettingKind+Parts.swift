extension SettingKind where Value == ActivationFunction {
  /// The name of an activation function; null for the linear one.
  static var activation: SettingKind {
    let names = ActivationFunction.allCases.map(\.rawValue)
    return SettingKind(
      name: "activation", expected: "one of \(names.joined(separator: ", "))",
      limits: ["choices": JSON(names)],
      convert: { json in
        json.isNull ? .linear : json.stringValue.flatMap { ActivationFunction(named: $0) }
      },
      write: { JSON($0.rawValue) })
  }
}

extension SettingKind where Value == Initializer {
  /// How weights start: `{"class": "GlorotUniform", "config": {…}}`.
  static var initializer: SettingKind {
    SettingKind(
      name: "initializer", expected: "an initializer", convert: { try Initializer($0) },
      checkParts: { try $0.check() }, write: { $0.json })
  }
}

extension SettingKind where Value == Schedule {
  /// A learning rate: a number or a schedule, `{"class": "ExponentialDecay", "config": {…}}`.
  static var rate: SettingKind {
    let constant = SettingKind<Double>.factor(from: 0)
    return SettingKind(
      name: "rate", expected: "a number, \(constant.expected), or a schedule",
      limits: constant.limits, convert: { try Schedule($0) },
      isAllowed: { if case .constant(let rate) = $0 { constant.isAllowed(rate) } else { true } },
      checkParts: { try $0.check() }, write: { $0.json })
  }
}

extension SettingKind where Value == any EngineLayer {
  /// A layer within a layer: `{"class_name": "Dense", "config": {…}}`.
  static var layer: SettingKind {
    SettingKind(
      name: "layer", expected: "a layer", convert: { try LayerRegistry.layer($0) },
      checkParts: { try $0.check() },
      write: { ["class_name": JSON(type(of: $0).className), "config": $0.config] })
  }
}

extension SettingKind where Value == any RecurrentLayer {
  /// A layer that goes through time.
  static var recurrentLayer: SettingKind {
    SettingKind(
      name: "layer", expected: "a SimpleRNN, LSTM or GRU",
      convert: { try Bidirectional.recurrent(LayerRegistry.layer($0)) },
      checkParts: { try $0.check() },
      write: { ["class_name": JSON(type(of: $0).className), "config": $0.config] })
  }
}

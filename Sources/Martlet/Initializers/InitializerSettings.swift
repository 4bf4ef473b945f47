extension InitializerSettings {
  fileprivate static func seed(_ path: WritableKeyPath<Self, UInt64?> & Sendable) -> Setting<Self> {
    Setting("seed", path, .seed, "What the numbers follow from; null for the model's seed.")
  }
}

struct Zeros: InitializerSettings {
  static let className = "Zeros"
  static let settings = Settings(Zeros())
  var initializer: Initializer { .zeros }
}

struct Ones: InitializerSettings {
  static let className = "Ones"
  static let settings = Settings(Ones())
  var initializer: Initializer { .ones }
}

struct Constant: InitializerSettings {
  static let className = "Constant"
  static let settings = Settings(
    Constant(), Setting("value", \.value, .number, "The value of every weight."))

  var value = 0.0

  var initializer: Initializer { Initializer(.constant(value)) }
}

struct RandomUniform: InitializerSettings {
  static let className = "RandomUniform"
  static let settings = Settings(
    RandomUniform(),
    Setting("minval", \.minimum, .number, "The least value."),
    Setting("maxval", \.maximum, .number, "The end of the values, not below minval."),
    seed(\.seed))

  var minimum = -0.05
  var maximum = 0.05
  var seed: UInt64?

  var initializer: Initializer { Initializer(.uniform(from: minimum, to: maximum), seed: seed) }

  func checkTogether() throws {
    guard minimum <= maximum else {
      throw MartletError.value(
        "expected a maxval of at least minval, \(minimum), received \(maximum).")
    }
  }
}

struct RandomNormal: InitializerSettings {
  static let className = "RandomNormal"
  static let settings = Settings(
    RandomNormal(),
    Setting("mean", \.mean, .number, "The mean."),
    Setting("stddev", \.deviation, .nonNegative, "The standard deviation."),
    seed(\.seed))

  var mean = 0.0
  var deviation = 0.05
  var seed: UInt64?

  var initializer: Initializer {
    Initializer(.normal(mean: mean, deviation: deviation), seed: seed)
  }
}

struct TruncatedNormal: InitializerSettings {
  static let className = "TruncatedNormal"
  static let settings = Settings(
    TruncatedNormal(),
    Setting("mean", \.mean, .number, "The mean before the truncation."),
    Setting("stddev", \.deviation, .nonNegative, "The standard deviation before the truncation."),
    seed(\.seed))

  var mean = 0.0
  var deviation = 0.05
  var seed: UInt64?

  var initializer: Initializer {
    Initializer(.truncatedNormal(mean: mean, deviation: deviation), seed: seed)
  }
}

struct GlorotUniform: InitializerSettings {
  static let className = "GlorotUniform"
  static let settings = Settings(GlorotUniform(), seed(\.seed))

  var seed: UInt64?

  var initializer: Initializer { Initializer(Initializer.glorotUniform.kind, seed: seed) }
}

struct GlorotNormal: InitializerSettings {
  static let className = "GlorotNormal"
  static let settings = Settings(GlorotNormal(), seed(\.seed))

  var seed: UInt64?

  var initializer: Initializer { Initializer(Initializer.glorotNormal.kind, seed: seed) }
}

struct HeUniform: InitializerSettings {
  static let className = "HeUniform"
  static let settings = Settings(HeUniform(), seed(\.seed))

  var seed: UInt64?

  var initializer: Initializer { Initializer(Initializer.heUniform.kind, seed: seed) }
}

struct HeNormal: InitializerSettings {
  static let className = "HeNormal"
  static let settings = Settings(HeNormal(), seed(\.seed))

  var seed: UInt64?

  var initializer: Initializer { Initializer(Initializer.heNormal.kind, seed: seed) }
}

struct LecunUniform: InitializerSettings {
  static let className = "LecunUniform"
  static let settings = Settings(LecunUniform(), seed(\.seed))

  var seed: UInt64?

  var initializer: Initializer { Initializer(Initializer.lecunUniform.kind, seed: seed) }
}

struct LecunNormal: InitializerSettings {
  static let className = "LecunNormal"
  static let settings = Settings(LecunNormal(), seed(\.seed))

  var seed: UInt64?

  var initializer: Initializer { Initializer(Initializer.lecunNormal.kind, seed: seed) }
}

/// `Orthogonal` is what draws it.
struct OrthogonalMatrix: InitializerSettings {
  static let className = "Orthogonal"
  static let settings = Settings(
    OrthogonalMatrix(), Setting("gain", \.gain, .number, "What the matrix is multiplied by."),
    seed(\.seed))

  var gain = 1.0
  var seed: UInt64?

  var initializer: Initializer { Initializer(.orthogonal(gain: gain), seed: seed) }
}

struct VarianceScaling: InitializerSettings {
  static let className = "VarianceScaling"
  static let settings = Settings(
    VarianceScaling(),
    Setting("scale", \.scale, .positive, "What the variance is multiplied by."),
    Setting("mode", \.mode, .choice, "What the variance is divided by."),
    Setting("distribution", \.distribution, .choice, "How the numbers are spread."),
    seed(\.seed))

  var scale = 1.0
  var mode = Initializer.Fan.input
  var distribution = Initializer.Distribution.truncatedNormal
  var seed: UInt64?

  var initializer: Initializer {
    Initializer(.varianceScaling(scale: scale, fan: mode, shape: distribution), seed: seed)
  }
}

struct Identity: InitializerSettings {
  static let className = "Identity"
  static let settings = Settings(
    Identity(), Setting("gain", \.gain, .number, "The value on the diagonal."))

  var gain = 1.0

  var initializer: Initializer { Initializer(.identity(gain: gain)) }
}

/// Every class of the engine as data: what `martlet_registry` tells.
public enum Registry {
  /// By family, each class with its settings.
  public static var description: JSON {
    [
      "layers": JSON(LayerRegistry.all.map { $0.facts }),
      "optimizers": JSON(OptimizerRegistry.all.map { $0.facts }),
      "schedules": JSON(ScheduleRegistry.all.map { $0.facts }),
      "losses": JSON(LossRegistry.all.map { $0.facts }),
      "metrics": JSON(MetricRegistry.all.map { $0.facts }),
      "initializers": JSON(InitializerRegistry.all.map { $0.facts }),
    ]
  }
}

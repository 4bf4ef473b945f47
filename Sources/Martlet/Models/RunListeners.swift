internal import CMartlet

/// Decides when whoever listens to a run is called. There is no other clock: a listener is told what is due.
struct RunListeners {
  private let options: RunOptions
  private var report: ProgressClock
  private var display = ProgressClock(interval: MARTLET_DISPLAY_INTERVAL)
  private var interrupt = ProgressClock(interval: MARTLET_INTERRUPT_INTERVAL)

  init(_ options: RunOptions) {
    self.options = options
    report = ProgressClock(interval: options.interval)
  }

  /// Who is to be called now, or nil for nobody. Takes no memory.
  mutating func due() -> Due? {
    let asks = interrupt.isDue() && options.interrupt != nil
    let tells = report.isDue() && options.progress != nil
    guard asks || tells else { return nil }
    return Due(
      options: options, asks: asks, tells: tells, isForDisplay: tells && display.isDue())
  }

  /// The calls of one moment.
  struct Due {
    fileprivate let options: RunOptions
    fileprivate let asks: Bool
    fileprivate let tells: Bool
    fileprivate let isForDisplay: Bool

    func call(_ progress: () -> RunProgress) -> RunControl {
      if asks, options.interrupt?() == .stop { return .stop }
      guard tells, let tell = options.progress else { return .goOn }
      var progress = progress()
      progress.isForDisplay = isForDisplay
      return tell(progress)
    }
  }
}

/// Says when enough time has passed.
private struct ProgressClock {
  let interval: Double
  private var last: Double

  init(interval: Double) {
    self.interval = interval
    last = Clock.now()
  }

  mutating func isDue() -> Bool {
    guard interval > 0 else { return true }
    let now = Clock.now()
    guard now - last >= interval else { return false }
    last = now
    return true
  }
}

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

  /// What is to be called now, or nil for nobody.
  mutating func due(_ progress: @escaping () -> RunProgress) -> (() -> RunControl)? {
    let asked = interrupt.isDue() ? options.interrupt : nil
    let told = report.isDue() ? options.progress : nil
    guard asked != nil || told != nil else { return nil }
    let isForDisplay = told != nil && display.isDue()
    return {
      if asked?() == .stop { return .stop }
      guard let told else { return .goOn }
      var progress = progress()
      progress.isForDisplay = isForDisplay
      return told(progress)
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

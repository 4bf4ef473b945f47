/// Says when enough time has passed.
struct ProgressClock {
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

import Synchronization

/// The weights that one model drew, for itself and for every later model that uses the same layers.
///
/// They neither move nor are copied: all models that share a layer read and train the same numbers, and whoever holds an
/// array over them sees each change. The store lives as long as the last of them.
final class ParameterStore: @unchecked Sendable {
  /// The parameters one after the other, each at a multiple of 16.
  let values: Storage
  /// Held while batches run that read the weights, one model at a time, and given back between batches while a listener
  /// is called. Who holds it waits for no other lock but for stores that come later in `order`.
  let lock = ReentrantLock()
  /// What several stores of one model are locked in the order of.
  private let order = ParameterStore.made.wrappingAdd(1, ordering: .relaxed).newValue

  private static let made = Atomic<Int>(0)

  init(count: Int) throws(MartletError) { values = try Storage(count: count) }
}

extension ParameterStore {
  /// The stores of some parameters, each once, in the order in which they are locked.
  static func all(of layout: [[Model.ParameterEntry]], and own: ParameterStore) -> [ParameterStore]
  {
    let stores = [own] + layout.joined().map(\.store)
    let once = Dictionary(stores.map { ($0.order, $0) }, uniquingKeysWith: { first, _ in first })
    return once.values.sorted { $0.order < $1.order }
  }
}

extension [ParameterStore] {
  /// Calls `body` while no other model changes the weights.
  func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    forEach { $0.lock.acquire() }
    defer { forEach { $0.lock.release() } }
    return try body()
  }

  /// Calls `body`, within `withLock`, while other models may change them.
  func open<Result>(_ body: () throws -> Result) rethrows -> Result {
    forEach { $0.lock.release() }
    defer { forEach { $0.lock.acquire() } }
    return try body()
  }
}

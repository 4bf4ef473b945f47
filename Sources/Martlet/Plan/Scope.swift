/// How a step can be shared out between threads.
enum Scope: Equatable {
  /// Each group of 16 images by itself. Neighbouring steps of this scope run one after the other on one group, while
  /// it is in the cache.
  case groups
  /// A number of independent pieces, each over the whole batch, such as columns of a large matrix. All threads wait
  /// for each other before and after.
  case units(Int)
}

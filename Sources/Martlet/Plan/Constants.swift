/// Numbers that are the same for all groups, such as the statistics of a batch: a range of the plan's constants.
struct Constants {
  var offset: Int
}

/// What there is to say of the order of axes, which Keras calls `data_format`.
enum Layout {
  static let images =
    "Images have the shape (rows, columns, channels). Bring other arrays into it with numpy.moveaxis(x, 1, -1)."
  static let sequences =
    "Sequences have the shape (steps, channels). Bring other arrays into it with numpy.moveaxis(x, 1, -1)."
}

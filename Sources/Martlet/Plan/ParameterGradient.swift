/// The gradient of a parameter in the flat buffer.
struct ParameterGradient: Operand {
  /// That of the parameter.
  let offset: Int

  var place: Place { .gradient(offset) }
}

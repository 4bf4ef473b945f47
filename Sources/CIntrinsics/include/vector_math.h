/// Vector operations that Swift's SIMD types define lane by lane, which the compiler does not always put together
/// again (`addProduct`, `squareRoot`, `replacing(with:where:)`). Header-only: the bodies are inlined into each kernel
/// module and compiled for its instruction set.
#ifndef MARTLET_VECTOR_MATH_H
#define MARTLET_VECTOR_MATH_H

typedef float martlet_float16 __attribute__((ext_vector_type(16)));

#define MARTLET_INLINE static inline __attribute__((always_inline))

/// `a · b + c`, rounded once where the instruction set can, and otherwise twice: a call of `fmaf` for every lane would
/// cost fifty times as much.
MARTLET_INLINE martlet_float16 martlet_multiply_add(martlet_float16 a, martlet_float16 b, martlet_float16 c)
{
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

/// The square root of every lane.
MARTLET_INLINE martlet_float16 martlet_square_root(martlet_float16 x)
{
    return __builtin_elementwise_sqrt(x);
}

/// The larger of two numbers in every lane; `a` where either is NaN.
MARTLET_INLINE martlet_float16 martlet_larger(martlet_float16 a, martlet_float16 b)
{
    return a < b ? b : a;
}

/// The smaller of two numbers in every lane; `a` where either is NaN.
MARTLET_INLINE martlet_float16 martlet_smaller(martlet_float16 a, martlet_float16 b)
{
    return a > b ? b : a;
}

MARTLET_INLINE martlet_float16 martlet_magnitude(martlet_float16 x)
{
    return __builtin_elementwise_abs(x);
}

/// `yes` in the lanes where `a > b`, and `no` in the others.
MARTLET_INLINE martlet_float16 martlet_where_greater(martlet_float16 a, martlet_float16 b, martlet_float16 yes,
                                                     martlet_float16 no)
{
    return a > b ? yes : no;
}

#endif

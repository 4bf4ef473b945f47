/// Vector operations that Swift's SIMD types define lane by lane, which the compiler does not always put together
/// again (`addProduct`, `squareRoot`, `replacing(with:where:)`). Header-only: the bodies are inlined into each kernel
/// module and compiled for its instruction set.
#ifndef MARTLET_VECTOR_MATH_H
#define MARTLET_VECTOR_MATH_H

#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef float martlet_float16 __attribute__((ext_vector_type(16)));

#define MARTLET_INLINE static inline __attribute__((always_inline))

/// `a · b + c`, rounded once where the instruction set can, and otherwise twice: a call of `fmaf` for every lane would
/// cost fifty times as much.
MARTLET_INLINE martlet_float16 martlet_multiply_add(martlet_float16 a, martlet_float16 b, martlet_float16 c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

/// The square root of every lane.
MARTLET_INLINE martlet_float16 martlet_square_root(martlet_float16 x) { return __builtin_elementwise_sqrt(x); }

/// `a / (√b + c)`, within 2e-7 of it. Division and square root take 35 cycles for 16 lanes; estimates of 14 bits and a
/// Newton step for each take 8.
MARTLET_INLINE martlet_float16 martlet_divide_by_root(martlet_float16 a, martlet_float16 b, martlet_float16 c) {
#if defined(__AVX512F__)
    // Below the least normal number the estimate of 1 / √b is infinite; there √b counts as zero.
    __mmask16 normal = _mm512_cmp_ps_mask((__m512)b, _mm512_set1_ps(1.17549435e-38f), _CMP_GE_OQ);
    __m512 estimate = _mm512_maskz_rsqrt14_ps(normal, (__m512)b);
    __m512 root = _mm512_mul_ps((__m512)b, estimate);
    __m512 rest = _mm512_fnmadd_ps(root, root, (__m512)b);
    root = _mm512_fmadd_ps(_mm512_mul_ps(estimate, _mm512_set1_ps(0.5f)), rest, root);
    __m512 divisor = _mm512_add_ps(root, (__m512)c);
    __m512 reciprocal = _mm512_rcp14_ps(divisor);
    __m512 error = _mm512_fnmadd_ps(divisor, reciprocal, _mm512_set1_ps(1.0f));
    reciprocal = _mm512_fmadd_ps(reciprocal, error, reciprocal);
    return (martlet_float16)_mm512_mul_ps((__m512)a, reciprocal);
#else
    return a / (__builtin_elementwise_sqrt(b) + c);
#endif
}

/// `1 / x` of a finite `x` whose reciprocal is normal, within a unit in the last place. A division of 16 lanes takes 16
/// cycles; an estimate of 14 bits and a Newton step take 4.
MARTLET_INLINE martlet_float16 martlet_reciprocal(martlet_float16 x) {
#if defined(__AVX512F__)
    __m512 estimate = _mm512_rcp14_ps((__m512)x);
    __m512 error = _mm512_fnmadd_ps((__m512)x, estimate, _mm512_set1_ps(1.0f));
    return (martlet_float16)_mm512_fmadd_ps(estimate, error, estimate);
#else
    return 1.0f / x;
#endif
}

/// `x`, or `bound` where that is larger. NaN stays what it is: the order of the comparison sees to that, at no cost. A
/// bound that is NaN is lost, so that two numbers of a network want `martlet_maximum`.
MARTLET_INLINE martlet_float16 martlet_at_least(martlet_float16 x, martlet_float16 bound) {
    return x < bound ? bound : x;
}

/// `x`, or `bound` where that is smaller; of NaN see `martlet_at_least`.
MARTLET_INLINE martlet_float16 martlet_at_most(martlet_float16 x, martlet_float16 bound) {
    return x > bound ? bound : x;
}

/// The larger of two numbers in every lane; NaN where either is.
MARTLET_INLINE martlet_float16 martlet_maximum(martlet_float16 a, martlet_float16 b) {
    return b != b ? b : (a < b ? b : a);
}

/// The smaller of two numbers in every lane; NaN where either is.
MARTLET_INLINE martlet_float16 martlet_minimum(martlet_float16 a, martlet_float16 b) {
    return b != b ? b : (a > b ? b : a);
}

/// NaN in every lane where one of four numbers is, and `x` in the others: one comparison looks at two of them.
MARTLET_INLINE martlet_float16 martlet_unless_nan(martlet_float16 x, martlet_float16 a, martlet_float16 b,
                                                  martlet_float16 c, martlet_float16 d) {
    return ((a != a) | (b != b) | (c != c) | (d != d)) ? (martlet_float16)__builtin_nanf("") : x;
}

/// Whether a lane is NaN.
MARTLET_INLINE _Bool martlet_has_nan(martlet_float16 x) { return __builtin_reduce_or(x != x) != 0; }

MARTLET_INLINE martlet_float16 martlet_magnitude(martlet_float16 x) { return __builtin_elementwise_abs(x); }

/// `yes` in the lanes where `a > b`, and `no` in the others.
MARTLET_INLINE martlet_float16 martlet_where_greater(martlet_float16 a, martlet_float16 b, martlet_float16 yes,
                                                     martlet_float16 no) {
    return a > b ? yes : no;
}

/// `yes` in the lanes where `a = b`, and `no` in the others.
MARTLET_INLINE martlet_float16 martlet_where_equal(martlet_float16 a, martlet_float16 b, martlet_float16 yes,
                                                   martlet_float16 no) {
    return a == b ? yes : no;
}

#endif

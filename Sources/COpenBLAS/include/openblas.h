/// The only place that names BLAS. OpenBLAS is looked up when it is first asked for and not linked: `import martlet`
/// neither waits for its 30 MB nor starts its threads, and a machine without it still trains.
#ifndef MARTLET_OPENBLAS_H
#define MARTLET_OPENBLAS_H

#include <cblas.h>
#include <stdint.h>

/// Whether OpenBLAS can be used. The first call loads it and limits it to one thread.
int32_t martlet_blas_available(void);

/// The kernels that OpenBLAS chose for this processor, such as "SkylakeX"; NULL where it is missing.
const char *martlet_blas_core(void);

/// `c = a · b` (`accumulate`: `c += a · b`), row-major, with `a` of m × k (stored k × m when `transposed`), `b` of
/// k × n and `c` of m × n. Returns 0, or -1 where OpenBLAS is missing.
int32_t martlet_blas_multiply(int32_t transposed, int32_t m, int32_t n, int32_t k, const float *a, int32_t lda,
                              const float *b, int32_t ldb, int32_t accumulate, float *c, int32_t ldc);

#endif

#include "openblas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

typedef void sgemm_function(enum CBLAS_ORDER, enum CBLAS_TRANSPOSE, enum CBLAS_TRANSPOSE, int, int, int, float,
                            const float *, int, const float *, int, float, float *, int);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static sgemm_function *sgemm;
static char *(*corename)(void);

static void load(void) {
    static const char *const names[] = {"libopenblas.so.0", "libopenblas.so", "libopenblas.dylib"};
    void *library = NULL;
    for (size_t i = 0; library == NULL && i < sizeof names / sizeof *names; ++i)
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return;
    void (*set_threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
    if (set_threads != NULL) set_threads(1); // the engine's own workers call it
    corename = (char *(*)(void))dlsym(library, "openblas_get_corename");
    sgemm = (sgemm_function *)dlsym(library, "cblas_sgemm");
}

int32_t martlet_blas_available(void) {
    pthread_once(&once, load);
    return sgemm != NULL;
}

const char *martlet_blas_core(void) { return martlet_blas_available() && corename != NULL ? corename() : NULL; }

int32_t martlet_blas_multiply(int32_t transposed, int32_t m, int32_t n, int32_t k, const float *a, int32_t lda,
                              const float *b, int32_t ldb, int32_t accumulate, float *c, int32_t ldc) {
    if (!martlet_blas_available()) return -1;
    sgemm(CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans, m, n, k, 1.0f, a, lda, b, ldb,
          accumulate ? 1.0f : 0.0f, c, ldc);
    return 0;
}

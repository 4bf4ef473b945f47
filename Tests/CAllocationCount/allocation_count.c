#include "allocation_count.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int_fast64_t allocations;
static atomic_int_fast64_t releases;

int64_t martlet_allocation_count(void) { return atomic_load(&allocations); }

int64_t martlet_live_count(void) { return atomic_load(&allocations) - atomic_load(&releases); }

#if defined(__GLIBC__)

bool martlet_counts_allocations(void) { return true; }

// The program's own definitions take the place of the C library's, which stay reachable under these names.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static void increment(atomic_int_fast64_t *count) { atomic_fetch_add_explicit(count, 1, memory_order_relaxed); }

void *malloc(size_t size) {
    increment(&allocations);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    increment(&allocations);
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    increment(&allocations);
    if (memory != NULL) increment(&releases);
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    increment(&allocations);
    return __libc_memalign(alignment, size);
}

void free(void *memory) {
    if (memory != NULL) increment(&releases);
    __libc_free(memory);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    increment(&allocations);
    void *result = __libc_memalign(alignment, size);
    if (result == NULL) return ENOMEM;
    *memory = result;
    return 0;
}

#else

bool martlet_counts_allocations(void) { return false; }

#endif

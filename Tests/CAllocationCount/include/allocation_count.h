/// Counts what a test program takes from the heap. With glibc only; elsewhere the counts stay 0.
#ifndef MARTLET_ALLOCATION_COUNT_H
#define MARTLET_ALLOCATION_COUNT_H

#include <stdbool.h>
#include <stdint.h>

/// How often any thread has called malloc, calloc, realloc, posix_memalign or aligned_alloc.
int64_t martlet_allocation_count(void);

/// How many of the pieces of memory that they gave are in use.
int64_t martlet_live_count(void);

/// Whether calls are counted on this system.
bool martlet_counts_allocations(void);

#endif

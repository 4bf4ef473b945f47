/// What only C can ask of the processor and the operating system. Header-only.
#ifndef MARTLET_PROCESSOR_H
#define MARTLET_PROCESSOR_H

#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include <sched.h>
#include <stdint.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// Tells the core that this is a spin loop, so that a sibling thread gets its resources.
static inline __attribute__((always_inline)) void martlet_pause(void) {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Makes this thread treat subnormal numbers as zero, which costs nothing, where computing with them costs a hundred
/// cycles each. Returns the state to restore.
static inline uint32_t martlet_flush_subnormals(void) {
#if defined(__x86_64__)
    uint32_t state = _mm_getcsr();
    _mm_setcsr(state | 0x8040); // flush to zero, denormals are zero
    return state;
#else
    return 0;
#endif
}

static inline void martlet_restore_subnormals(uint32_t state) {
#if defined(__x86_64__)
    _mm_setcsr(state);
#else
    (void)state;
#endif
}

/// The x86-64 level that processor and operating system support: 4 with AVX-512, 3 with AVX2 and FMA, otherwise 1.
static inline int32_t martlet_processor_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return 4;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) return 3;
#endif
    return 1;
}

/// The number of processors that this process may run on.
static inline int32_t martlet_processor_count(void) {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        int32_t count = CPU_COUNT(&set);
        if (count > 0) return count;
    }
#endif
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int32_t)count : 1;
}

#endif

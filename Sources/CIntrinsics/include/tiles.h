/// The matrix engine: eight tiles of up to 16 rows of 64 bytes, and products of bfloat16 pairs summed in float32.
///
/// Tiles are named by numbers that must be constants, so each function here is one shape of block. Which tile is what:
/// 0 to 3 are sums, 4 and 5 rows of `A` (filters), 6 and 7 columns of `B` (16 images). Header-only.
#ifndef MARTLET_TILES_H
#define MARTLET_TILES_H

#include "vector_math.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

/// Whether processor and operating system have tiles for bfloat16 and this process may use them; asks for leave once.
static inline bool martlet_has_tiles(void) {
#if defined(__x86_64__) && defined(__linux__)
    unsigned a, b, c, d;
    if (!__get_cpuid_count(1, 0, &a, &b, &c, &d) || !(c & 1u << 27)) return false; // xgetbv
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    if (!(d & 1u << 22) || !(d & 1u << 24)) return false;                         // AMX-BF16, AMX-TILE
    if (!__get_cpuid_count(7, 1, &a, &b, &c, &d) || !(a & 1u << 5)) return false; // AVX512_BF16
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if ((low & 0x600e6) != 0x600e6) return false; // tiles and AVX-512 are saved when threads change
    enum {
        request_permission = 0x1023,
        tile_data = 18
    };
    return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
#else
    return false;
#endif
}

#if defined(__AMX_TILE__) && defined(__AMX_BF16__) && defined(__AVX512BF16__)

#define MARTLET_TILE static inline __attribute__((always_inline))

/// Sums are `rows` × `columns`, and each product sums over `pairs` pairs.
MARTLET_TILE void martlet_tiles_configure(int32_t rows, int32_t pairs, int32_t columns) {
    struct __attribute__((packed)) {
        uint8_t palette, start, reserved[14];
        uint16_t bytes[16];
        uint8_t rows[16];
    } configuration;
    memset(&configuration, 0, sizeof configuration);
    configuration.palette = 1;
    for (int tile = 0; tile < 8; tile++) {
        configuration.rows[tile] = (uint8_t)(tile < 6 ? rows : pairs);
        configuration.bytes[tile] = (uint16_t)(4 * (tile == 4 || tile == 5 ? pairs : columns));
    }
    _tile_loadconfig(&configuration);
}

MARTLET_TILE void martlet_tiles_release(void) { _tile_release(); }

#define MARTLET_FOR_SUM(tile, DO) \
    switch (tile) {               \
    case 0:                       \
        DO(0);                    \
        break;                    \
    case 1:                       \
        DO(1);                    \
        break;                    \
    case 2:                       \
        DO(2);                    \
        break;                    \
    default:                      \
        DO(3);                    \
        break;                    \
    }

MARTLET_TILE void martlet_tiles_clear(void) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
}

/// Reads sum `tile` from rows that lie `stride` bytes apart.
MARTLET_TILE void martlet_tiles_load(int32_t tile, const void *c, int64_t stride){
#define MARTLET_LOAD(n) _tile_loadd(n, c, stride)
    MARTLET_FOR_SUM(tile, MARTLET_LOAD)
#undef MARTLET_LOAD
}

MARTLET_TILE void martlet_tiles_store(int32_t tile, void *c, int64_t stride){
#define MARTLET_STORE(n) _tile_stored(n, c, stride)
    MARTLET_FOR_SUM(tile, MARTLET_STORE)
#undef MARTLET_STORE
}

/// Two tiles of rows by two of columns: sums 0 and 1 belong to the first column.
MARTLET_TILE void martlet_tiles_2x2(const char *a0, const char *a1, const char *b0, const char *b1) {
    _tile_loadd(4, a0, 64);
    _tile_loadd(6, b0, 64);
    _tile_loadd(5, a1, 64);
    _tile_loadd(7, b1, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 5, 6);
    _tile_dpbf16ps(2, 4, 7);
    _tile_dpbf16ps(3, 5, 7);
}

/// The same of numbers in two parts, without the product of the low ones. Low parts follow after `aLow` and `bLow`.
MARTLET_TILE void martlet_tiles_2x2_split(const char *a0, const char *a1, const char *b0, const char *b1, int64_t aLow,
                                          int64_t bLow) {
    martlet_tiles_2x2(a0 + aLow, a1 + aLow, b0, b1);
    _tile_loadd(4, a0, 64);
    _tile_loadd(5, a1, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 5, 6);
    _tile_dpbf16ps(2, 4, 7);
    _tile_dpbf16ps(3, 5, 7);
    _tile_loadd(6, b0 + bLow, 64);
    _tile_loadd(7, b1 + bLow, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 5, 6);
    _tile_dpbf16ps(2, 4, 7);
    _tile_dpbf16ps(3, 5, 7);
}

/// One tile of rows by `count` of columns, `step` bytes apart. Low parts only if `isSplit`.
MARTLET_TILE void martlet_tiles_1xn(int32_t count, bool isSplit, const char *a, const char *b, int64_t step,
                                    int64_t aLow, int64_t bLow) {
    _tile_loadd(4, a, 64);
    if (isSplit) _tile_loadd(5, a + aLow, 64);
#define MARTLET_COLUMN(n, tile)                         \
    if (count > n) {                                    \
        _tile_loadd(tile, b + n * step, 64);            \
        if (isSplit) _tile_dpbf16ps(n, 5, tile);        \
        _tile_dpbf16ps(n, 4, tile);                     \
        if (isSplit) {                                  \
            _tile_loadd(tile, b + n * step + bLow, 64); \
            _tile_dpbf16ps(n, 4, tile);                 \
        }                                               \
    }
    MARTLET_COLUMN(0, 6)
    MARTLET_COLUMN(1, 7)
    MARTLET_COLUMN(2, 6)
    MARTLET_COLUMN(3, 7)
#undef MARTLET_COLUMN
}

/// `count` tiles of rows, at `a` plus the `rows` in bytes, by one of columns.
MARTLET_TILE void martlet_tiles_nx1(int32_t count, bool isSplit, const char *a, const int64_t *rows, const char *b,
                                    int64_t aLow, int64_t bLow) {
    _tile_loadd(6, b, 64);
    if (isSplit) _tile_loadd(7, b + bLow, 64);
#define MARTLET_ROW(n, tile)                           \
    if (count > n) {                                   \
        if (isSplit) {                                 \
            _tile_loadd(tile, a + rows[n] + aLow, 64); \
            _tile_dpbf16ps(n, tile, 6);                \
        }                                              \
        _tile_loadd(tile, a + rows[n], 64);            \
        _tile_dpbf16ps(n, tile, 6);                    \
        if (isSplit) _tile_dpbf16ps(n, tile, 7);       \
    }
    MARTLET_ROW(0, 4)
    MARTLET_ROW(1, 5)
    MARTLET_ROW(2, 4)
    MARTLET_ROW(3, 5)
#undef MARTLET_ROW
}

/// 16 lanes of `a` and `b` as bfloat16 beside each other, those of `a` first; and what rounding lost, likewise, to
/// `low` unless that is nil.
MARTLET_TILE void martlet_pack_beside(martlet_float16 a, martlet_float16 b, void *high, void *low) {
    __m512i both = (__m512i)_mm512_cvtne2ps_pbh((__m512)b, (__m512)a);
    _mm512_storeu_si512(high, both);
    if (!low) return;
    __m512i first = _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_castsi512_si256(both)), 16);
    __m512i second = _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(both, 1)), 16);
    __m512 restA = _mm512_sub_ps((__m512)a, _mm512_castsi512_ps(first));
    __m512 restB = _mm512_sub_ps((__m512)b, _mm512_castsi512_ps(second));
    _mm512_storeu_si512(low, (__m512i)_mm512_cvtne2ps_pbh(restB, restA));
}

/// The same in pairs, a lane of `a` and that lane of `b`.
MARTLET_TILE void martlet_pack_pairs(martlet_float16 a, martlet_float16 b, void *high, void *low) {
    const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6,
                                           21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    __m512i both = _mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh((__m512)b, (__m512)a));
    _mm512_storeu_si512(high, both);
    if (!low) return;
    __m512i second = _mm512_and_si512(both, _mm512_set1_epi32((int)0xffff0000u));
    __m512 restA = _mm512_sub_ps((__m512)a, _mm512_castsi512_ps(_mm512_slli_epi32(both, 16)));
    __m512 restB = _mm512_sub_ps((__m512)b, _mm512_castsi512_ps(second));
    _mm512_storeu_si512(low, _mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh(restB, restA)));
}

/// Transposes 16 rows of 16 pairs in place.
MARTLET_TILE void martlet_transpose_pairs(void *rows) {
    __m512i *memory = rows, r[16], t[16];
    for (int i = 0; i < 16; i++)
        r[i] = _mm512_loadu_si512(memory + i);
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
        t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
    }
    for (int i = 0; i < 8; i++) {
        _mm512_storeu_si512(memory + i, _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88));
        _mm512_storeu_si512(memory + i + 8, _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd));
    }
}

#endif
#endif

// The machine's float32 limit: independent fused multiply-adds in registers, on `argv[1]` threads.
// Prints GFLOP/s. Built with -O3 -march=native -ffp-contract=fast -pthread.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined(__AVX512F__)
#define WIDTH 16
#elif defined(__AVX__)
#define WIDTH 8
#else
#define WIDTH 4
#endif
// Twelve chains cover two units of four cycles' latency and fit AVX2's sixteen registers.
#define CHAINS 12
#define ITERATIONS 20000000L

typedef float vector __attribute__((vector_size(4 * WIDTH)));

static pthread_barrier_t start, end;

static void *work(void *result) {
    vector sum[CHAINS];
    vector factor = (vector){0} + 0.999999f, addend = (vector){0} + 1e-6f;
    for (int chain = 0; chain < CHAINS; chain++) sum[chain] = (vector){0} + (float)chain;
    pthread_barrier_wait(&start);
    for (long i = 0; i < ITERATIONS; i++) {
#pragma GCC unroll 12
        for (int chain = 0; chain < CHAINS; chain++) sum[chain] = sum[chain] * factor + addend;
    }
    pthread_barrier_wait(&end);
    for (int chain = 1; chain < CHAINS; chain++) sum[0] += sum[chain];
    *(float *)result = sum[0][0];
    return NULL;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

int main(int count, char **arguments) {
    int threads = count > 1 ? atoi(arguments[1]) : 1;
    if (threads < 1 || threads > 1024) return 1;
    pthread_t pool[1024];
    float results[1024];
    pthread_barrier_init(&start, NULL, threads + 1);
    pthread_barrier_init(&end, NULL, threads + 1);
    for (int i = 0; i < threads; i++) pthread_create(&pool[i], NULL, work, &results[i]);
    pthread_barrier_wait(&start);
    double began = now();
    pthread_barrier_wait(&end);
    double seconds = now() - began, check = 0;
    for (int i = 0; i < threads; i++) {
        pthread_join(pool[i], NULL);
        check += results[i];
    }
    printf("%.3f\n", 2.0 * WIDTH * CHAINS * ITERATIONS * threads / seconds / 1e9);
    return check == -1;
}

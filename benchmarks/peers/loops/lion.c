/*
 * What Lion's update costs as plain loops of C on two threads, by where the new values go and by
 * how many loops write them: how much of the time of XLA's update is the loops that XLA writes.
 *
 *   cc -O3 -march=native -ffast-math -pthread -o /tmp/lion lion.c && /tmp/lion 16
 *
 * Argument: the number of tensors that 8,388,608 float32 parameters are divided among.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PARAMETERS = 1 << 23, LARGEST = 64, RUNS = 9, ROUNDS = 5, THREADS = 2 };

static int tensors;
static long size; /* of one tensor */
static float *w[LARGEST], *m[LARGEST], *g[LARGEST], *new_w[LARGEST], *new_m[LARGEST];
static float *spare_w, *spare_m;
static pthread_barrier_t barrier;

static float direction(float c) { return c > 0 ? 1.f : c < 0 ? -1.f : 0.f; }

static float weight(float w, float m, float g) {
  return w - 1e-4f * (direction(0.9f * m + 0.1f * g) + 0.1f * w);
}

static float momentum(float m, float g) { return 0.99f * m + 0.01f * g; }

typedef float *restrict out;
typedef const float *restrict in;

__attribute__((noinline)) static void weights(out to, in w, in m, in g, long from, long end) {
  for (long i = from; i < end; i++) to[i] = weight(w[i], m[i], g[i]);
}

__attribute__((noinline)) static void momenta(out to, in m, in g, long from, long end) {
  for (long i = from; i < end; i++) to[i] = momentum(m[i], g[i]);
}

__attribute__((noinline)) static void both(out to_w, out to_m, in w, in m, in g, long from, long end) {
  for (long i = from; i < end; i++) {
    to_w[i] = weight(w[i], m[i], g[i]);
    to_m[i] = momentum(m[i], g[i]);
  }
}

__attribute__((noinline)) static void in_place(out w, out m, in g, long from, long end) {
  for (long i = from; i < end; i++) {
    w[i] = weight(w[i], m[i], g[i]);
    m[i] = momentum(m[i], g[i]);
  }
}

static void swap(float **a, float **b) {
  float *before = *a;
  *a = *b;
  *b = before;
}

enum place { IN_PLACE, NEW_TWO_LOOPS, NEW_ONE_LOOP, FREED_TWO_LOOPS, FREED_ONE_LOOP, PLACES };

static const char *names[] = {
    "in place, one loop",
    "new arrays, two loops (as XLA does it)",
    "new arrays, one loop",
    "arrays of the tensor before, two loops",
    "arrays of the tensor before, one loop",
};

static void tensor(enum place place, int k, long from, long end) {
  float *to_w = place < FREED_TWO_LOOPS ? new_w[k] : spare_w;
  float *to_m = place < FREED_TWO_LOOPS ? new_m[k] : spare_m;
  if (place == IN_PLACE) {
    in_place(w[k], m[k], g[k], from, end);
  } else if (place == NEW_ONE_LOOP || place == FREED_ONE_LOOP) {
    both(to_w, to_m, w[k], m[k], g[k], from, end);
  } else {
    weights(to_w, w[k], m[k], g[k], from, end);
    momenta(to_m, m[k], g[k], from, end);
  }
}

static void update(enum place place, int thread) {
  long part = size / THREADS;
  for (int k = 0; k < tensors; k++) {
    tensor(place, k, thread * part, (thread + 1) * part);
    pthread_barrier_wait(&barrier);
    if (place >= FREED_TWO_LOOPS) {
      if (thread == 0) {
        swap(&w[k], &spare_w);
        swap(&m[k], &spare_m);
      }
      pthread_barrier_wait(&barrier);
    }
  }
  if (thread == 0 && (place == NEW_TWO_LOOPS || place == NEW_ONE_LOOP)) {
    for (int k = 0; k < tensors; k++) {
      swap(&w[k], &new_w[k]);
      swap(&m[k], &new_m[k]);
    }
  }
  pthread_barrier_wait(&barrier);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

static double seconds[PLACES][RUNS * ROUNDS];

static void *run(void *thread) {
  for (int i = 0; i < ROUNDS; i++) {
    for (int place = 0; place < PLACES; place++) {
      for (int j = 0; j < RUNS; j++) {
        pthread_barrier_wait(&barrier);
        double began = now();
        update(place, thread != NULL);
        if (!thread) seconds[place][i * RUNS + j] = now() - began;
      }
    }
  }
  return NULL;
}

static int ascending(const void *a, const void *b) {
  return (*(double *)a > *(double *)b) - (*(double *)a < *(double *)b);
}

static float *filled(void) {
  float *array = aligned_alloc(64, size * sizeof(float));
  for (long i = 0; i < size; i++) array[i] = 0.1f * (i % 7) - 0.3f;
  return array;
}

int main(int count, char **arguments) {
  tensors = count > 1 ? atoi(arguments[1]) : 16;
  if (tensors < 1 || tensors > LARGEST) {
    fprintf(stderr, "lion: tensors must be from 1 to %d\n", LARGEST);
    return 2;
  }
  size = PARAMETERS / tensors / 32 * 32;
  float **all[] = {w, m, g, new_w, new_m};
  for (int i = 0; i < 5; i++) {
    for (int k = 0; k < tensors; k++) all[i][k] = filled();
  }
  spare_w = filled();
  spare_m = filled();
  pthread_barrier_init(&barrier, NULL, THREADS);
  pthread_t other;
  pthread_create(&other, NULL, run, &barrier);
  run(NULL);
  pthread_join(other, NULL);
  for (int place = 0; place < PLACES; place++) {
    qsort(seconds[place], RUNS * ROUNDS, sizeof(double), ascending);
    printf("%-40s %.2f ns/param\n", names[place], 1e9 * seconds[place][RUNS * ROUNDS / 2] / (size * tensors));
  }
  return 0;
}

#include "CFaultInjection.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>

struct normscope_turns {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int count, begun, current;
  int *is_over;
  uint64_t random;
};

/// Whose turns the calling thread takes; none while it runs freely.
static _Thread_local normscope_turns *own_turns;
static _Thread_local int own_number;

static uint64_t next_random(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

/// Chooses who is next; with the mutex held.
static void choose(normscope_turns *turns) {
  int left = 0;
  for (int i = 0; i < turns->count; i++) left += !turns->is_over[i];
  if (left == 0) return;
  do {
    turns->current = (int)(next_random(&turns->random) % (uint64_t)turns->count);
  } while (turns->is_over[turns->current]);
  pthread_cond_broadcast(&turns->changed);
}

static void wait_for_turn(normscope_turns *turns) {
  while (turns->begun < turns->count || turns->current != own_number) {
    pthread_cond_wait(&turns->changed, &turns->mutex);
  }
}

/// Lets others have the turn: often at once, sometimes for long, so that one can do much while another stands.
static void yield_turn(int must_change) {
  normscope_turns *turns = own_turns;
  if (!turns) return;
  pthread_mutex_lock(&turns->mutex);
  if (must_change || next_random(&turns->random) % 8 == 0) choose(turns);
  wait_for_turn(turns);
  pthread_mutex_unlock(&turns->mutex);
}

normscope_turns *normscope_turns_create(int count, uint64_t seed) {
  normscope_turns *turns = calloc(1, sizeof *turns);
  turns->is_over = calloc((size_t)count, sizeof *turns->is_over);
  pthread_mutex_init(&turns->mutex, 0);
  pthread_cond_init(&turns->changed, 0);
  turns->count = count;
  turns->random = seed;
  return turns;
}

void normscope_turns_destroy(normscope_turns *turns) {
  pthread_cond_destroy(&turns->changed);
  pthread_mutex_destroy(&turns->mutex);
  free(turns->is_over);
  free(turns);
}

void normscope_turns_begin(normscope_turns *turns, int number) {
  own_turns = turns;
  own_number = number;
  pthread_mutex_lock(&turns->mutex);
  turns->begun++;
  if (turns->begun == turns->count) choose(turns);
  wait_for_turn(turns);
  pthread_mutex_unlock(&turns->mutex);
}

void normscope_turns_end(void) {
  normscope_turns *turns = own_turns;
  own_turns = 0;
  pthread_mutex_lock(&turns->mutex);
  turns->is_over[own_number] = 1;
  choose(turns);
  pthread_mutex_unlock(&turns->mutex);
}

// MARK: - The layer

static sqlite3_vfs *real;
static const sqlite3_io_methods *real_methods;
static sqlite3_io_methods methods;

static int shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  yield_turn(0);
  return real_methods->xShmLock(file, offset, count, flags);
}

static void shm_barrier(sqlite3_file *file) {
  yield_turn(0);
  real_methods->xShmBarrier(file);
}

static int unfetch(sqlite3_file *file, sqlite3_int64 offset, void *page) {
  // SQLite lets go of what it mapped when it has read the head of a log that others changed.
  if (!page) yield_turn(0);
  return real_methods->xUnfetch(file, offset, page);
}

static int layer_open(sqlite3_vfs *layer, const char *path, sqlite3_file *file, int flags, int *out_flags) {
  (void)layer;
  int code = real->xOpen(real, path, file, flags, out_flags);
  // Only a database has shared memory; all of them have the same methods.
  if (code == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB)) {
    if (!real_methods) {
      methods = *file->pMethods;
      methods.xShmLock = shm_lock;
      methods.xShmBarrier = shm_barrier;
      methods.xUnfetch = unfetch;
      real_methods = file->pMethods;
    }
    file->pMethods = &methods;
  }
  return code;
}

static int layer_sleep(sqlite3_vfs *layer, int microseconds) {
  (void)layer;
  if (!own_turns) return real->xSleep(real, microseconds);
  yield_turn(1);
  return microseconds;
}

static sqlite3_vfs layer;

static void register_layer(void) {
  if (sqlite3_initialize() != SQLITE_OK) return;
  real = sqlite3_vfs_find(0);
  layer = *real;
  layer.zName = "turns";
  layer.pNext = 0;
  layer.xOpen = layer_open;
  layer.xSleep = layer_sleep;
  sqlite3_vfs_register(&layer, 0);
}

const char *normscope_turns_layer(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, register_layer);
  return "turns";
}

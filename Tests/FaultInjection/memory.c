#include "CFaultInjection.h"

#include <sqlite3.h>
#include <stdatomic.h>

static sqlite3_mem_methods real;
static atomic_long count, number;
static atomic_int lasts;

static int fails(void) {
  long current = atomic_fetch_add(&count, 1) + 1;
  long chosen = atomic_load(&number);
  return chosen > 0 && (current == chosen || (atomic_load(&lasts) && current > chosen));
}

static void *allocate(int size) { return fails() ? 0 : real.xMalloc(size); }
static void *reallocate(void *memory, int size) { return fails() ? 0 : real.xRealloc(memory, size); }

int normscope_memory_install(void) {
  sqlite3_shutdown();
  int code = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
  if (code != SQLITE_OK) return code;
  sqlite3_mem_methods failing = real;
  failing.xMalloc = allocate;
  failing.xRealloc = reallocate;
  code = sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
  // Per-connection pools would hide most allocations.
  if (code == SQLITE_OK) code = sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
  return code == SQLITE_OK ? sqlite3_initialize() : code;
}

void normscope_memory_fail(long chosen, int all) {
  atomic_store(&number, chosen);
  atomic_store(&lasts, all);
  atomic_store(&count, 0);
}

long normscope_memory_count(void) { return atomic_load(&count); }

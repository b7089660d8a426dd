#ifndef NORMSCOPE_FAULT_INJECTION_H
#define NORMSCOPE_FAULT_INJECTION_H

#include <stdint.h>

/// What SQLite asks of a disk and what can be made to fail; they can be joined by "or".
enum {
  NORMSCOPE_DISK_OPEN = 1 << 0,
  NORMSCOPE_DISK_READ = 1 << 1,
  NORMSCOPE_DISK_WRITE = 1 << 2,
  NORMSCOPE_DISK_TRUNCATE = 1 << 3,
  NORMSCOPE_DISK_SYNC = 1 << 4,
  NORMSCOPE_DISK_SIZE = 1 << 5,
  NORMSCOPE_DISK_LOCK = 1 << 6,
  NORMSCOPE_DISK_MAP_SHARED_MEMORY = 1 << 7,
  NORMSCOPE_DISK_LOCK_SHARED_MEMORY = 1 << 8,
  NORMSCOPE_DISK_DELETE = 1 << 9,
  NORMSCOPE_DISK_ACCESS = 1 << 10,
};

/// A file system layer of SQLite over the default one, whose requests can fail and whose power can be cut.
///
/// Nothing is really synced. What was synced is told from what was not by the list of requests.
typedef struct normscope_disk normscope_disk;

/// Makes and registers a layer; NULL where memory or SQLite refuse.
normscope_disk *normscope_disk_create(void);

/// Takes the layer away; no connection through it may be open.
void normscope_disk_destroy(normscope_disk *disk);

/// The name to open connections with.
const char *normscope_disk_name(const normscope_disk *disk);

/// Makes request `number`, counted from 1 over those in `operations`, fail, and if `lasts` all that follow.
///
/// A write fails half done, with SQLITE_FULL if `full`, else with SQLITE_IOERR_WRITE. With `number` 0 nothing fails.
void normscope_disk_fail(normscope_disk *disk, int operations, long number, int lasts, int full);

/// How many requests of the chosen operations there were since `normscope_disk_fail`.
long normscope_disk_count(normscope_disk *disk);

/// How many of them failed.
long normscope_disk_failures(normscope_disk *disk);

/// How many changes of files there were: writes, truncations, deletions, and syncs.
long normscope_disk_changes(normscope_disk *disk);

/// Writes into `folder` what the files could hold had the power failed after the first `changes` changes.
///
/// What was not synced is kept, dropped or, by sectors of 512 bytes, torn; each by itself, as `seed` says.
/// Returns 0, or an error number.
int normscope_disk_crash(normscope_disk *disk, long changes, uint64_t seed, const char *folder);

/// Puts SQLite's memory under control of `normscope_memory_fail`; no connection may be open. Returns SQLite's code.
int normscope_memory_install(void);

/// Makes allocation `number`, counted from 1, fail, and if `lasts` all that follow; with `number` 0 none.
void normscope_memory_fail(long number, int lasts);

/// How many allocations there were since `normscope_memory_fail`.
long normscope_memory_count(void);

/// Turns that threads take, one running at a time, in an order that a seed decides: the turn may change wherever SQLite, through
/// the layer of `normscope_turns_layer`, takes or gives back a lock of the write-ahead log, or has read the log's head.
typedef struct normscope_turns normscope_turns;

/// Makes turns for `count` threads.
normscope_turns *normscope_turns_create(int count, uint64_t seed);

/// Frees them; all threads must have ended theirs.
void normscope_turns_destroy(normscope_turns *turns);

/// Makes the calling thread number `number`, from 0, and returns when all have begun and it has the turn.
void normscope_turns_begin(normscope_turns *turns, int number);

/// Ends the turns of the calling thread.
void normscope_turns_end(void);

/// The name of the file system layer to open connections with.
const char *normscope_turns_layer(void);

#endif

#include "CFaultInjection.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum change_kind { WRITE, TRUNCATE, SYNC, SYNC_FOLDER, DELETE };

/// A request that changed a file.
struct change {
  enum change_kind kind;
  int file;
  sqlite3_int64 offset; // Of a truncation: the new size.
  int size;
  unsigned char *bytes;
};

struct normscope_disk {
  sqlite3_vfs layer;
  sqlite3_vfs *real;
  char name[32];
  pthread_mutex_t mutex;
  int operations, lasts, full;
  long number, count, failures;
  char **paths;
  int path_count;
  struct change *changes;
  long change_count, change_capacity;
};

/// A file of the layer; the real one follows it in memory.
struct layer_file {
  sqlite3_file base;
  normscope_disk *disk;
  int file; // Its number, -1 of a temporary file.
  int syncs_folder; // The first sync of a journal or log is one of its folder too, as in SQLite's own layer.
};

static sqlite3_file *real_file(sqlite3_file *file) {
  return (sqlite3_file *)((struct layer_file *)file + 1);
}

static normscope_disk *disk_of(sqlite3_file *file) { return ((struct layer_file *)file)->disk; }

// MARK: - Faults

static int fails(normscope_disk *disk, int operation) {
  pthread_mutex_lock(&disk->mutex);
  int is_chosen = (disk->operations & operation) != 0;
  if (is_chosen) disk->count++;
  int fails = is_chosen && disk->number > 0
    && (disk->count == disk->number || (disk->lasts && disk->count > disk->number));
  if (fails) disk->failures++;
  pthread_mutex_unlock(&disk->mutex);
  return fails;
}

// MARK: - The list of changes

static int number_of(normscope_disk *disk, const char *path) {
  if (!path) return -1;
  for (int i = 0; i < disk->path_count; i++) {
    if (strcmp(disk->paths[i], path) == 0) return i;
  }
  disk->paths = realloc(disk->paths, (size_t)(disk->path_count + 1) * sizeof *disk->paths);
  disk->paths[disk->path_count] = strdup(path);
  return disk->path_count++;
}

static void note(normscope_disk *disk, struct change change, const void *bytes) {
  if (change.file < 0) return;
  if (change.size > 0) {
    change.bytes = malloc((size_t)change.size);
    memcpy(change.bytes, bytes, (size_t)change.size);
  }
  pthread_mutex_lock(&disk->mutex);
  if (disk->change_count == disk->change_capacity) {
    disk->change_capacity = disk->change_capacity * 2 + 64;
    disk->changes = realloc(disk->changes, (size_t)disk->change_capacity * sizeof change);
  }
  disk->changes[disk->change_count++] = change;
  pthread_mutex_unlock(&disk->mutex);
}

// MARK: - Files

static int file_close(sqlite3_file *file) {
  return real_file(file)->pMethods->xClose(real_file(file));
}

static int file_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset) {
  if (fails(disk_of(file), NORMSCOPE_DISK_READ)) return SQLITE_IOERR_READ;
  return real_file(file)->pMethods->xRead(real_file(file), bytes, size, offset);
}

static int file_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
  normscope_disk *disk = disk_of(file);
  int is_failing = fails(disk, NORMSCOPE_DISK_WRITE);
  int written = is_failing ? size / 2 : size;
  int code = real_file(file)->pMethods->xWrite(real_file(file), bytes, written, offset);
  if (code != SQLITE_OK) return code;
  int number = ((struct layer_file *)file)->file;
  note(disk, (struct change){.kind = WRITE, .file = number, .offset = offset, .size = written}, bytes);
  if (is_failing) return disk->full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  return SQLITE_OK;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
  normscope_disk *disk = disk_of(file);
  if (fails(disk, NORMSCOPE_DISK_TRUNCATE)) return SQLITE_IOERR_TRUNCATE;
  int code = real_file(file)->pMethods->xTruncate(real_file(file), size);
  int number = ((struct layer_file *)file)->file;
  if (code == SQLITE_OK) note(disk, (struct change){.kind = TRUNCATE, .file = number, .offset = size}, 0);
  return code;
}

static int file_sync(sqlite3_file *file, int flags) {
  (void)flags;
  normscope_disk *disk = disk_of(file);
  if (fails(disk, NORMSCOPE_DISK_SYNC)) return SQLITE_IOERR_FSYNC;
  struct layer_file *own = (struct layer_file *)file;
  note(disk, (struct change){.kind = SYNC, .file = own->file}, 0);
  if (own->syncs_folder) note(disk, (struct change){.kind = SYNC_FOLDER}, 0);
  own->syncs_folder = 0;
  return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  if (fails(disk_of(file), NORMSCOPE_DISK_SIZE)) return SQLITE_IOERR_FSTAT;
  return real_file(file)->pMethods->xFileSize(real_file(file), size);
}

static int file_lock(sqlite3_file *file, int level) {
  if (fails(disk_of(file), NORMSCOPE_DISK_LOCK)) return SQLITE_IOERR_LOCK;
  return real_file(file)->pMethods->xLock(real_file(file), level);
}

static int file_unlock(sqlite3_file *file, int level) {
  return real_file(file)->pMethods->xUnlock(real_file(file), level);
}

static int file_check_reserved_lock(sqlite3_file *file, int *result) {
  return real_file(file)->pMethods->xCheckReservedLock(real_file(file), result);
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
  return real_file(file)->pMethods->xFileControl(real_file(file), operation, argument);
}

static int file_sector_size(sqlite3_file *file) {
  return real_file(file)->pMethods->xSectorSize(real_file(file));
}

static int file_characteristics(sqlite3_file *file) {
  return real_file(file)->pMethods->xDeviceCharacteristics(real_file(file));
}

static int file_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory) {
  if (fails(disk_of(file), NORMSCOPE_DISK_MAP_SHARED_MEMORY)) return SQLITE_IOERR_SHMMAP;
  return real_file(file)->pMethods->xShmMap(real_file(file), region, size, extend, memory);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  // Giving a lock back can't fail.
  if ((flags & SQLITE_SHM_LOCK) && fails(disk_of(file), NORMSCOPE_DISK_LOCK_SHARED_MEMORY)) {
    return SQLITE_IOERR_SHMLOCK;
  }
  return real_file(file)->pMethods->xShmLock(real_file(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file) {
  real_file(file)->pMethods->xShmBarrier(real_file(file));
}

static int file_shm_unmap(sqlite3_file *file, int deletes) {
  return real_file(file)->pMethods->xShmUnmap(real_file(file), deletes);
}

static const sqlite3_io_methods methods = {
  .iVersion = 2,
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_sync,
  .xFileSize = file_size,
  .xLock = file_lock,
  .xUnlock = file_unlock,
  .xCheckReservedLock = file_check_reserved_lock,
  .xFileControl = file_control,
  .xSectorSize = file_sector_size,
  .xDeviceCharacteristics = file_characteristics,
  .xShmMap = file_shm_map,
  .xShmLock = file_shm_lock,
  .xShmBarrier = file_shm_barrier,
  .xShmUnmap = file_shm_unmap,
};

// MARK: - The layer

static int layer_open(sqlite3_vfs *layer, const char *path, sqlite3_file *file, int flags, int *out_flags) {
  normscope_disk *disk = layer->pAppData;
  file->pMethods = 0;
  if (fails(disk, NORMSCOPE_DISK_OPEN)) return SQLITE_CANTOPEN;
  pthread_mutex_lock(&disk->mutex);
  const int is_log = (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
  *(struct layer_file *)file = (struct layer_file){
    .disk = disk,
    .file = number_of(disk, path),
    .syncs_folder = is_log && (flags & SQLITE_OPEN_CREATE),
  };
  pthread_mutex_unlock(&disk->mutex);
  memset(real_file(file), 0, (size_t)disk->real->szOsFile);
  int code = disk->real->xOpen(disk->real, path, real_file(file), flags, out_flags);
  if (real_file(file)->pMethods) file->pMethods = &methods;
  return code;
}

static int layer_delete(sqlite3_vfs *layer, const char *path, int syncs_folder) {
  normscope_disk *disk = layer->pAppData;
  if (fails(disk, NORMSCOPE_DISK_DELETE)) return SQLITE_IOERR_DELETE;
  int code = disk->real->xDelete(disk->real, path, 0);
  if (code != SQLITE_OK) return code;
  pthread_mutex_lock(&disk->mutex);
  int number = number_of(disk, path);
  pthread_mutex_unlock(&disk->mutex);
  note(disk, (struct change){.kind = DELETE, .file = number}, 0);
  if (syncs_folder) note(disk, (struct change){.kind = SYNC_FOLDER}, 0);
  return SQLITE_OK;
}

static int layer_access(sqlite3_vfs *layer, const char *path, int flags, int *result) {
  normscope_disk *disk = layer->pAppData;
  if (fails(disk, NORMSCOPE_DISK_ACCESS)) return SQLITE_IOERR_ACCESS;
  return disk->real->xAccess(disk->real, path, flags, result);
}

static int layer_full_path(sqlite3_vfs *layer, const char *path, int size, char *result) {
  sqlite3_vfs *real = ((normscope_disk *)layer->pAppData)->real;
  return real->xFullPathname(real, path, size, result);
}

static int layer_randomness(sqlite3_vfs *layer, int size, char *bytes) {
  sqlite3_vfs *real = ((normscope_disk *)layer->pAppData)->real;
  return real->xRandomness(real, size, bytes);
}

static int layer_sleep(sqlite3_vfs *layer, int microseconds) {
  sqlite3_vfs *real = ((normscope_disk *)layer->pAppData)->real;
  return real->xSleep(real, microseconds);
}

static int layer_time(sqlite3_vfs *layer, double *time) {
  sqlite3_vfs *real = ((normscope_disk *)layer->pAppData)->real;
  return real->xCurrentTime(real, time);
}

static int layer_last_error(sqlite3_vfs *layer, int size, char *text) {
  sqlite3_vfs *real = ((normscope_disk *)layer->pAppData)->real;
  return real->xGetLastError(real, size, text);
}

static int layer_time_of_day(sqlite3_vfs *layer, sqlite3_int64 *time) {
  sqlite3_vfs *real = ((normscope_disk *)layer->pAppData)->real;
  return real->xCurrentTimeInt64(real, time);
}

normscope_disk *normscope_disk_create(void) {
  static atomic_int made = 0;
  if (sqlite3_initialize() != SQLITE_OK) return 0;
  normscope_disk *disk = calloc(1, sizeof *disk);
  if (!disk) return 0;
  pthread_mutex_init(&disk->mutex, 0);
  disk->real = sqlite3_vfs_find(0);
  snprintf(disk->name, sizeof disk->name, "faulty-disk-%d", atomic_fetch_add(&made, 1));
  disk->layer = (sqlite3_vfs){
    .iVersion = 2,
    .szOsFile = (int)sizeof(struct layer_file) + disk->real->szOsFile,
    .mxPathname = disk->real->mxPathname,
    .zName = disk->name,
    .pAppData = disk,
    .xOpen = layer_open,
    .xDelete = layer_delete,
    .xAccess = layer_access,
    .xFullPathname = layer_full_path,
    .xRandomness = layer_randomness,
    .xSleep = layer_sleep,
    .xCurrentTime = layer_time,
    .xGetLastError = layer_last_error,
    .xCurrentTimeInt64 = layer_time_of_day,
  };
  if (sqlite3_vfs_register(&disk->layer, 0) == SQLITE_OK) return disk;
  free(disk);
  return 0;
}

void normscope_disk_destroy(normscope_disk *disk) {
  sqlite3_vfs_unregister(&disk->layer);
  for (long i = 0; i < disk->change_count; i++) free(disk->changes[i].bytes);
  for (int i = 0; i < disk->path_count; i++) free(disk->paths[i]);
  free(disk->changes);
  free(disk->paths);
  pthread_mutex_destroy(&disk->mutex);
  free(disk);
}

const char *normscope_disk_name(const normscope_disk *disk) { return disk->name; }

void normscope_disk_fail(normscope_disk *disk, int operations, long number, int lasts, int full) {
  pthread_mutex_lock(&disk->mutex);
  disk->operations = operations;
  disk->number = number;
  disk->lasts = lasts;
  disk->full = full;
  disk->count = 0;
  disk->failures = 0;
  pthread_mutex_unlock(&disk->mutex);
}

static long locked(normscope_disk *disk, const long *value) {
  pthread_mutex_lock(&disk->mutex);
  long copy = *value;
  pthread_mutex_unlock(&disk->mutex);
  return copy;
}

long normscope_disk_count(normscope_disk *disk) { return locked(disk, &disk->count); }
long normscope_disk_failures(normscope_disk *disk) { return locked(disk, &disk->failures); }
long normscope_disk_changes(normscope_disk *disk) { return locked(disk, &disk->change_count); }

// MARK: - Loss of power

/// A file as it is after the loss of power.
struct image {
  int exists;
  sqlite3_int64 size;
  unsigned char *bytes;
};

/// The generator SplitMix64.
static uint64_t next_random(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

static void resize(struct image *image, sqlite3_int64 size) {
  image->exists = 1;
  if (size > image->size) {
    image->bytes = realloc(image->bytes, (size_t)size);
    memset(image->bytes + image->size, 0, (size_t)(size - image->size));
  }
  image->size = size;
}

/// Applies a change; of a write only some sectors, at random, where `tearing` is given.
static void apply(struct image *image, const struct change *change, uint64_t *tearing) {
  if (change->kind == TRUNCATE && change->offset < image->size) resize(image, change->offset);
  if (change->kind == DELETE) {
    free(image->bytes);
    *image = (struct image){0};
  }
  if (change->kind != WRITE) return;
  const sqlite3_int64 end = change->offset + change->size;
  for (sqlite3_int64 start = change->offset; start < end;) {
    sqlite3_int64 sector_end = (start / 512 + 1) * 512;
    if (sector_end > end) sector_end = end;
    if (!tearing || next_random(tearing) % 2) {
      if (sector_end > image->size) resize(image, sector_end);
      memcpy(image->bytes + start, change->bytes + (start - change->offset), (size_t)(sector_end - start));
    }
    start = sector_end;
  }
}

/// What became of file `file`.
static struct image image_of(const normscope_disk *disk, int file, long count, uint64_t *random) {
  struct image image = {0};
  // What was synced is there as it was then.
  long synced = 0, folder_synced = 0;
  for (long i = 0; i < count; i++) {
    const struct change *change = &disk->changes[i];
    if (change->kind == SYNC_FOLDER) folder_synced = i;
  }
  for (long i = 0; i < count; i++) {
    const struct change *change = &disk->changes[i];
    if (change->file != file) continue;
    if (change->kind != SYNC && !(change->kind == DELETE && i < folder_synced)) continue;
    for (long j = synced; j <= i; j++) {
      if (disk->changes[j].file == file) apply(&image, &disk->changes[j], 0);
    }
    if (change->kind == SYNC) image.exists = 1;
    synced = i + 1;
  }
  // From "nothing else got there" to "nearly all did".
  const uint64_t kept_of_eight = next_random(random) % 9;
  for (long i = synced; i < count; i++) {
    const struct change *change = &disk->changes[i];
    if (change->file != file || change->kind == SYNC_FOLDER) continue;
    const int is_kept = next_random(random) % 8 < kept_of_eight;
    // The name still stands for the old file: what was done to a new one is out of reach.
    if (change->kind == DELETE && !is_kept) break;
    const int is_torn = next_random(random) % 4 == 0;
    if (is_kept) {
      apply(&image, change, 0);
    } else if (is_torn) {
      apply(&image, change, random);
    }
  }
  return image;
}

int normscope_disk_crash(normscope_disk *disk, long changes, uint64_t seed, const char *folder) {
  int error = 0;
  pthread_mutex_lock(&disk->mutex);
  if (changes > disk->change_count) changes = disk->change_count;
  for (int file = 0; file < disk->path_count && error == 0; file++) {
    struct image image = image_of(disk, file, changes, &seed);
    if (image.exists) {
      char path[4096];
      const char *name = strrchr(disk->paths[file], '/');
      snprintf(path, sizeof path, "%s/%s", folder, name ? name + 1 : disk->paths[file]);
      FILE *output = fopen(path, "wb");
      if (!output || fwrite(image.bytes, 1, (size_t)image.size, output) != (size_t)image.size) error = errno;
      if (output && fclose(output) != 0) error = errno;
    }
    free(image.bytes);
  }
  pthread_mutex_unlock(&disk->mutex);
  return error;
}

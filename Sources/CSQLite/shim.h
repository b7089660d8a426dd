#ifndef NORMSCOPE_CSQLITE_SHIM_H
#define NORMSCOPE_CSQLITE_SHIM_H

#include <sqlite3.h>

/// `SQLITE_STATIC` is a cast function pointer, which Swift does not import: the caller keeps the bytes alive.
static inline sqlite3_destructor_type normscope_sqlite_static(void) { return SQLITE_STATIC; }

/// `SQLITE_TRANSIENT`, for the same reason: SQLite copies the bytes.
static inline sqlite3_destructor_type normscope_sqlite_transient(void) { return SQLITE_TRANSIENT; }

/// `sqlite3_db_config` is variadic, which Swift does not import: sets one on/off option of a connection.
static inline int normscope_sqlite_db_config(sqlite3 *connection, int option, int isOn) {
  return sqlite3_db_config(connection, option, isOn, (int *)0);
}

/// `sqlite3_auto_extension` takes a function of no type: has `entryPoint` called for each connection that is opened,
/// with the table of this library's functions, as it would be on loading an extension.
static inline int normscope_sqlite_auto_extension(int (*entryPoint)(sqlite3 *, char **, const void *)) {
  return sqlite3_auto_extension((void (*)(void))entryPoint);
}

#endif

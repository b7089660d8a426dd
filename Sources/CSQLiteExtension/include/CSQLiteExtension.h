#ifndef NORMSCOPE_CSQLITEEXTENSION_H
#define NORMSCOPE_CSQLITEEXTENSION_H

#include <sqlite3ext.h>

/// The functions of the SQLite that loaded us: by this table, never by linking, as the host may have an SQLite of its own.
/// Hidden, as SQLite makes the symbols of every extension global, and others have a table of this name.
extern const sqlite3_api_routines *sqlite3_api __attribute__((visibility("hidden")));

/// Sets the table to `routines`. Fails, with a sentence in `message`, where another SQLite of this process was first.
int normscope_adopt(const void *routines, char **message);

// Each name of SQLite's is a macro that reads the table, which Swift does not import.

static inline int normscope_value_type(sqlite3_value *value) { return sqlite3_value_type(value); }
static inline sqlite3_int64 normscope_value_int64(sqlite3_value *value) { return sqlite3_value_int64(value); }
static inline double normscope_value_double(sqlite3_value *value) { return sqlite3_value_double(value); }
static inline const void *normscope_value_blob(sqlite3_value *value) { return sqlite3_value_blob(value); }
static inline const unsigned char *normscope_value_text(sqlite3_value *value) { return sqlite3_value_text(value); }
static inline int normscope_value_bytes(sqlite3_value *value) { return sqlite3_value_bytes(value); }

static inline void normscope_result_null(sqlite3_context *context) { sqlite3_result_null(context); }
static inline void normscope_result_int64(sqlite3_context *context, sqlite3_int64 value) {
  sqlite3_result_int64(context, value);
}
static inline void normscope_result_double(sqlite3_context *context, double value) {
  sqlite3_result_double(context, value);
}
static inline void normscope_result_blob(sqlite3_context *context, const void *bytes, sqlite3_uint64 count) {
  if (count == 0) sqlite3_result_zeroblob(context, 0);
  else sqlite3_result_blob64(context, bytes, count, SQLITE_TRANSIENT);
}
static inline void normscope_result_error(sqlite3_context *context, const char *message) {
  sqlite3_result_error(context, message, -1);
}
/// Gives the error that was answered with the code of a damaged file.
static inline void normscope_result_error_corrupt(sqlite3_context *context) {
  sqlite3_result_error_code(context, SQLITE_CORRUPT);
}
static inline void normscope_result_error_nomem(sqlite3_context *context) { sqlite3_result_error_nomem(context); }

static inline void *normscope_user_data(sqlite3_context *context) { return sqlite3_user_data(context); }
static inline void *normscope_aggregate_context(sqlite3_context *context, int byteCount) {
  return sqlite3_aggregate_context(context, byteCount);
}

typedef void (*normscope_function)(sqlite3_context *, int, sqlite3_value **);

static inline int normscope_create_function(
    sqlite3 *connection, const char *name, int argumentCount, void *userData, normscope_function function,
    normscope_function step, void (*finish)(sqlite3_context *), void (*destroy)(void *)) {
  return sqlite3_create_function_v2(
      connection, name, argumentCount, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, userData, function,
      step, finish, destroy);
}
static inline int normscope_create_module(
    sqlite3 *connection, const char *name, const sqlite3_module *module, void *userData, void (*destroy)(void *)) {
  return sqlite3_create_module_v2(connection, name, module, userData, destroy);
}
static inline int normscope_declare_vtab(sqlite3 *connection, const char *schema) {
  return sqlite3_declare_vtab(connection, schema);
}
/// `sqlite3_vtab_config` is variadic: lets untrusted schemas use the table.
static inline int normscope_vtab_innocuous(sqlite3 *connection) {
  return sqlite3_vtab_config(connection, SQLITE_VTAB_INNOCUOUS);
}

/// A virtual table, with a Swift object that it retains.
typedef struct {
  sqlite3_vtab base;
  void *function;
} normscope_vtab;

/// A cursor of a virtual table, with a Swift object that it retains.
typedef struct {
  sqlite3_vtab_cursor base;
  void *rows;
} normscope_cursor;

/// A copy of `text` in memory of SQLite's, NULL where there is none left.
static inline char *normscope_copy_text(const char *text) { return sqlite3_mprintf("%s", text); }
static inline void normscope_free(void *memory) { sqlite3_free(memory); }

#endif

#include "CSQLiteExtension.h"

SQLITE_EXTENSION_INIT1

int normscope_adopt(const void *routines, char **message) {
  const sqlite3_api_routines *offered = routines;
  const sqlite3_api_routines *adopted = 0;
  if (offered == 0) return SQLITE_ERROR;
  if (__atomic_compare_exchange_n(
          &sqlite3_api, &adopted, offered, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) || adopted == offered) {
    return SQLITE_OK;
  }
  // A call of SQLite does not say which SQLite it comes from, so one table has to do for all of them.
  if (message) {
    *message = offered->mprintf(
        "another copy of SQLite in this process has loaded normscope's functions; load them with one of the two only");
  }
  return SQLITE_ERROR;
}

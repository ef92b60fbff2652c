#ifndef TELLAL_CSQLITE_SETTINGS_SHIM_H
#define TELLAL_CSQLITE_SETTINGS_SHIM_H

#include <sqlite3.h>

// Swift cannot call a variadic function. SQLite counts all memory that it takes behind a lock, for figures that nobody
// here asks for; a tenth of a small write goes into that. Without effect once SQLite is in use.
static inline int tellal_sqlite_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

#endif

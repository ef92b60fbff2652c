#ifndef TELLAL_CPOSTGRES_SHIM_H
#define TELLAL_CPOSTGRES_SHIM_H

#include <libpq-fe.h>
#include <poll.h>

// Swift cannot call PQsetNoticeProcessor with a closure that ignores everything without a type for it; libpq's own
// processor writes to standard error.
static inline void tellal_pq_ignore(void *context, const char *message) {
    (void)context;
    (void)message;
}

static inline void tellal_pq_be_quiet(PGconn *connection) {
    PQsetNoticeProcessor(connection, tellal_pq_ignore, NULL);
}

#endif

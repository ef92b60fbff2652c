// Loaded before libc (LD_PRELOAD): counts the system calls by which a program touches its database and its platforms, over
// all of its threads, and makes one of them fail. strace counts for each thread on its own, and containers often forbid it.
//
// TELLAL_FAULT_FILE   part of the name of the files that count (…/tellal.db, …-wal, …-shm)
// TELLAL_FAULT_PORT   connections to this port on the other side count
// TELLAL_FAULT_CALLS  only these calls count: ",pwrite,fdatasync,"; all if it is not set
// TELLAL_FAULT_AT     the call that fails, from 1; 0 for none
// TELLAL_FAULT_HOW    "kill": the process ends before the call; "torn": half of its bytes go, and it ends;
//                     a number: the call fails with that errno, and so do all that follow with "sticky" behind it
// TELLAL_FAULT_LOG    a file: a line a call with its name; "!" before the one that failed, with the monotonic time

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static atomic_long number;

static int is_file(int fd) {
    const char *part = getenv("TELLAL_FAULT_FILE");
    char link[40], name[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, name, sizeof name - 1);
    if (length <= 0 || !part) return 0;
    name[length] = 0;
    return strstr(name, part) && !strstr(name, ".lock") && !strstr(name, ".reserve");
}

static int goes_to(const struct sockaddr *address, socklen_t size) {
    const char *port = getenv("TELLAL_FAULT_PORT");
    return port && size >= sizeof(struct sockaddr_in) && address->sa_family == AF_INET
        && ntohs(((const struct sockaddr_in *)address)->sin_port) == atoi(port);
}

static int is_line(int fd) {
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    if (syscall(SYS_getpeername, fd, &peer, &size) != 0) return 0;
    return goes_to((struct sockaddr *)&peer, size);
}

static void note(const char *mark, const char *name) {
    const char *path = getenv("TELLAL_FAULT_LOG");
    if (!path) return;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    char line[100];
    int length = snprintf(line, sizeof line, "%s%s %ld.%09ld\n", mark, name, (long)now.tv_sec, now.tv_nsec);
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    syscall(SYS_write, fd, line, length);
    syscall(SYS_close, fd);
}

static void end(void) { syscall(SYS_kill, syscall(SYS_getpid), SIGKILL); }

enum { pass, torn, refused };

// Counts a call; does not return when the process is to end before it.
static int point(const char *name) {
    const char *at = getenv("TELLAL_FAULT_AT"), *how = getenv("TELLAL_FAULT_HOW"), *calls = getenv("TELLAL_FAULT_CALLS");
    char quoted[40];
    snprintf(quoted, sizeof quoted, ",%s,", name);
    if (calls && !strstr(calls, quoted)) return pass;
    long mine = atomic_fetch_add(&number, 1) + 1, chosen = at ? atol(at) : 0;
    int is_hit = chosen > 0 && how && (mine == chosen || (mine > chosen && strstr(how, "sticky")));
    note(is_hit ? "!" : "", name);
    if (!is_hit) return pass;
    if (!strcmp(how, "kill")) end();
    if (!strcmp(how, "torn")) return torn;
    errno = atoi(how);
    return refused;
}

#define FILE_CALL(name, fd, call) \
    if (is_file(fd)) switch (point(name)) { case refused: return -1; case torn: end(); } \
    return call;

static ssize_t write_at(int fd, const void *bytes, size_t size, off_t offset) {
    if (is_file(fd)) switch (point("pwrite")) {
        case refused: return -1;
        case torn: syscall(SYS_pwrite64, fd, bytes, size / 2, offset); end();
    }
    return syscall(SYS_pwrite64, fd, bytes, size, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) { return write_at(fd, bytes, size, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) { return write_at(fd, bytes, size, offset); }
int fdatasync(int fd) { FILE_CALL("fdatasync", fd, syscall(SYS_fdatasync, fd)) }
int fsync(int fd) { FILE_CALL("fsync", fd, syscall(SYS_fsync, fd)) }
int ftruncate(int fd, off_t size) { FILE_CALL("ftruncate", fd, syscall(SYS_ftruncate, fd, size)) }
int ftruncate64(int fd, off_t size) { FILE_CALL("ftruncate", fd, syscall(SYS_ftruncate, fd, size)) }

int unlink(const char *path) {
    const char *part = getenv("TELLAL_FAULT_FILE");
    if (part && strstr(path, part)) switch (point("unlink")) { case refused: return -1; case torn: end(); }
    return syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int connect(int fd, const struct sockaddr *address, socklen_t size) {
    if (goes_to(address, size)) switch (point("connect")) { case refused: return -1; case torn: end(); }
    return syscall(SYS_connect, fd, address, size);
}

ssize_t send(int fd, const void *bytes, size_t size, int flags) {
    if (is_line(fd)) switch (point("send")) {
        case refused: return -1;
        case torn: syscall(SYS_sendto, fd, bytes, size / 2, flags, NULL, 0); end();
    }
    return syscall(SYS_sendto, fd, bytes, size, flags, NULL, 0);
}

ssize_t recv(int fd, void *bytes, size_t size, int flags) {
    if (is_line(fd)) switch (point("recv")) { case refused: return -1; case torn: end(); }
    return syscall(SYS_recvfrom, fd, bytes, size, flags, NULL, NULL);
}

int close(int fd) {
    if (is_line(fd) || is_file(fd)) switch (point("close")) { case refused: return -1; case torn: end(); }
    return syscall(SYS_close, fd);
}

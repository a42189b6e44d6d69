/* Preloaded into a run: counts the calls that change files below one folder, and lets one fail.

   Covers every write, truncation, fsync, rename and unlink of the whole process, the database's own
   among them. `fault_arm(n, kind)`: the n-th call from now fails with ENOSPC (0) or EIO (1), or kills
   the process at once (2), before anything is done; n = 0 only counts. `fault_count()` tells. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const char *root;
static long wanted = -1;
static int how;
static long counted;

void fault_arm(long n, int kind)
{
    root = getenv("FAULT_ROOT");
    counted = 0;
    how = kind;
    wanted = n;
}

long fault_count(void)
{
    return __atomic_load_n(&counted, __ATOMIC_SEQ_CST);
}

__attribute__((constructor)) static void from_environment(void)
{
    const char *n = getenv("FAULT_AT");
    if (n && getenv("FAULT_KIND"))
        fault_arm(atol(n), atoi(getenv("FAULT_KIND")));
}

/* 1 where this call is to fail. */
static int hit(const char *path)
{
    if (wanted < 0 || !root || strncmp(path, root, strlen(root)) != 0)
        return 0;
    if (__atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST) != wanted)
        return 0;
    if (how == 2)
        kill(getpid(), SIGKILL);
    errno = how ? EIO : ENOSPC;
    return 1;
}

static int hit_fd(int fd)
{
    char link[64], path[4096];
    ssize_t length;
    if (wanted < 0)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return 0;
    path[length] = 0;
    return hit(path);
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t write(int fd, const void *data, size_t n)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    return hit_fd(fd) ? -1 : real(fd, data, n);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return hit_fd(fd) ? -1 : real(fd, data, n, at);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at)
{
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    return hit_fd(fd) ? -1 : real(fd, data, n, at);
}

int fsync(int fd)
{
    REAL(int, "fsync", int);
    return hit_fd(fd) ? -1 : real(fd);
}

int fdatasync(int fd)
{
    REAL(int, "fdatasync", int);
    return hit_fd(fd) ? -1 : real(fd);
}

int ftruncate(int fd, off_t n)
{
    REAL(int, "ftruncate", int, off_t);
    return hit_fd(fd) ? -1 : real(fd, n);
}

int ftruncate64(int fd, off64_t n)
{
    REAL(int, "ftruncate64", int, off64_t);
    return hit_fd(fd) ? -1 : real(fd, n);
}

int rename(const char *from, const char *to)
{
    REAL(int, "rename", const char *, const char *);
    return hit(to) ? -1 : real(from, to);
}

int unlink(const char *path)
{
    REAL(int, "unlink", const char *);
    return hit(path) ? -1 : real(path);
}

int symlink(const char *target, const char *path)
{
    REAL(int, "symlink", const char *, const char *);
    return hit(path) ? -1 : real(target, path);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, "mkdir", const char *, mode_t);
    return hit(path) ? -1 : real(path, mode);
}

/* A machine with a slow, failing or forgetful disk and a clock that steps; LD_PRELOADed into the bridge or PostgreSQL.
 *
 * MACHINE_PAGE names a file of at least sizeof(struct page) bytes, shared with the test that steers it.
 * MACHINE_KEPT names a folder: after each fsync the file is copied there whole, so that it always holds exactly what
 * a disk would still have after the worst power loss that the operating system allows.
 * All of it applies to what was synced and written by position (pwrite), which logs are not.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct page {
    _Atomic long clock_offset;  /* nanoseconds that the wall clock is ahead */
    _Atomic long sync_held;     /* not 0: no fsync returns */
    _Atomic long sync_delay;    /* microseconds that each fsync takes longer */
    _Atomic long write_errno;   /* not 0: writing and syncing fail with it */
    _Atomic long syncs_begun;
    _Atomic long syncs_ended;
};

static struct page nowhere;
static struct page *page = &nowhere;
static const char *kept;
static pthread_mutex_t copying = PTHREAD_MUTEX_INITIALIZER;

static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off64_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_unlink)(const char *);
static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void)
{
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    kept = getenv("MACHINE_KEPT");
    const char *name = getenv("MACHINE_PAGE");
    int fd = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *mapped = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (mapped != MAP_FAILED)
        page = mapped;
}

static int broken(void)
{
    long code = atomic_load(&page->write_errno);
    if (code)
        errno = (int)code;
    return code != 0;
}

static void copy(int from, int to)
{
    static char block[1 << 16];
    off64_t at = 0;
    ssize_t got;
    while ((got = pread64(from, block, sizeof block, at)) > 0) {
        if (write(to, block, (size_t)got) != got)
            abort();
        at += got;
    }
}

static void kept_name(char *into, size_t size, const char *path, const char *suffix)
{
    const char *slash = strrchr(path, '/');
    snprintf(into, size, "%.2000s/%.255s%s", kept, slash ? slash + 1 : path, suffix);
}

/* The new copy takes the old one's place at once, so that a kill in between leaves one of the two whole.
 * Read through the same descriptor: closing another one would drop SQLite's locks on the file (POSIX fcntl). */
static void keep(int fd)
{
    char link[64], path[4096], part[4096], whole[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    struct stat status;
    if (length <= 0 || fstat(fd, &status) || !S_ISREG(status.st_mode))
        return;
    path[length] = 0;
    kept_name(whole, sizeof whole, path, "");
    kept_name(part, sizeof part, path, ".part");
    pthread_mutex_lock(&copying);
    int to = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (to < 0)
        abort();
    copy(fd, to);
    close(to);
    rename(part, whole);
    pthread_mutex_unlock(&copying);
}

static int synced(int (*real)(int), int fd)
{
    atomic_fetch_add(&page->syncs_begun, 1);
    while (atomic_load(&page->sync_held))
        usleep(1000);
    long delay = atomic_load(&page->sync_delay);
    if (delay)
        usleep((useconds_t)delay);
    int result = broken() ? -1 : real(fd);
    if (result == 0 && kept)
        keep(fd);
    atomic_fetch_add(&page->syncs_ended, 1);
    return result;
}

int fsync(int fd) { return synced(real_fsync, fd); }
int fdatasync(int fd) { return synced(real_fdatasync, fd); }

/* A name that is gone stays gone: what is doubted here is data, not directories. */
int unlink(const char *path)
{
    char whole[4096];
    if (kept) {
        kept_name(whole, sizeof whole, path, "");
        real_unlink(whole);
    }
    return real_unlink(path);
}

int ftruncate64(int fd, off64_t length) { return broken() ? -1 : real_ftruncate(fd, length); }
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
    return broken() ? -1 : real_pwrite(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

int clock_gettime(clockid_t which, struct timespec *at)
{
    int result = real_clock_gettime(which, at);
    if (result == 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) {
        long long now = at->tv_sec * 1000000000LL + at->tv_nsec + atomic_load(&page->clock_offset);
        at->tv_sec = now / 1000000000LL;
        at->tv_nsec = now % 1000000000LL;
    }
    return result;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now))
        return -1;
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at)
        *at = now.tv_sec;
    return now.tv_sec;
}

// Counts and records the file operations that a program makes in one directory, and makes them fail. The library is
// loaded into the program (LD_PRELOAD, DYLD_INSERT_LIBRARIES) and reads these environment variables:
//
//   FAULT_DIRECTORY  the directory, a path without links; operations on it and on paths below it count
//   FAULT_JOURNAL    the file to which each operation is appended, see `record`
//   FAULT_KIND       the kind of the operation that fails, a word of `kindNames`
//   FAULT_NAME       a text; only operations of the kind on paths that contain it are counted
//   FAULT_NUMBER     the number of the operation that fails among the counted ones, from 1
//   FAULT_EVERY      n: every nth counted operation after it fails, too; 0: no other
//   FAULT_ERRNO      the errno of the failure; 0: a write writes half of its bytes
//   FAULT_KILL_BEFORE, FAULT_KILL_AFTER  the number of an operation of any kind, before or after which SIGKILL is sent
//   FAULT_THREADS    the number of threads that the program can start; any number if it is not set
//   FAULT_QUOTA      the number of bytes that all files in the directory may have; more is ENOSPC
//   FAULT_LOCKS      for files in the directory: "files": a lock on a directory, or an exclusive lock on a file that is
//                    not open for writing, has no effect, as on network file systems; a number: the errno with which
//                    every lock fails

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

// `HOOK(int, fsync, (int descriptor))` begins a function that is called in place of `fsync`. Inside it, `REAL(fsync)`
// is the system's function.
#ifdef __APPLE__
#define REAL(name) name
#define HOOK(result, name, parameters)                                                             \
    static result hook_##name parameters;                                                          \
    __attribute__((used, section("__DATA,__interpose"))) static const struct {                     \
        const void *replacement, *original;                                                        \
    } interpose_##name = {(const void *)hook_##name, (const void *)name};                          \
    static result hook_##name parameters
#else
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define HOOK(result, name, parameters) result name parameters
#endif

enum kind { OPEN, WRITE, SYNC, RENAME, SYMLINK, UNLINK, TRUNCATE, MKDIR, KINDS };
static const char *const kindNames[KINDS] = {
    "create", "write", "sync", "rename", "symlink", "unlink", "truncate", "mkdir",
};

static char directory[PATH_MAX];
static size_t directoryLength;  // 0: nothing counts
static int journal = -1;
static int failingKind = KINDS;
static const char *failingName = "", *locks = "";
static long failingNumber, failingEvery, failingErrno, killBefore, killAfter, quota, used;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long total, candidates;

// The paths of the open descriptors in the directory.
enum { DESCRIPTORS = 4096 };
static char *openPaths[DESCRIPTORS];

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

static int addSize(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)path, (void)walk;
    if (type == FTW_F) used += status->st_size;
    return 0;
}

__attribute__((constructor)) static void readSettings(void) {
    const char *path = getenv("FAULT_DIRECTORY");
    if (!path || strlen(path) >= sizeof directory) return;
    const char *journalPath = getenv("FAULT_JOURNAL");
    if (journalPath)
        journal = REAL(open)(journalPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    const char *name = getenv("FAULT_KIND");
    for (int kind = 0; name && kind < KINDS; kind++)
        if (strcmp(name, kindNames[kind]) == 0) failingKind = kind;
    failingNumber = number("FAULT_NUMBER");
    failingErrno = number("FAULT_ERRNO");
    failingEvery = number("FAULT_EVERY");
    if (getenv("FAULT_NAME")) failingName = strdup(getenv("FAULT_NAME"));
    if (getenv("FAULT_LOCKS")) locks = strdup(getenv("FAULT_LOCKS"));
    killBefore = number("FAULT_KILL_BEFORE");
    killAfter = number("FAULT_KILL_AFTER");
    quota = number("FAULT_QUOTA");
    if (quota) nftw(path, addSize, 16, FTW_PHYS);
    strcpy(directory, path);
    directoryLength = strlen(path);
}

/// Writes the resolved `path` to `result` and returns whether it is in the directory. A link in the last name is
/// followed only if `follow`.
static bool isInside(int parent, const char *path, bool follow, char result[PATH_MAX]) {
    if (directoryLength == 0 || !path || strlen(path) >= PATH_MAX) return false;
    char full[2 * PATH_MAX];
    if (path[0] != '/' && parent != AT_FDCWD) {
        if (parent < 0 || parent >= DESCRIPTORS || !openPaths[parent]) return false;
        snprintf(full, sizeof full, "%s/%s", openPaths[parent], path);
    } else {
        snprintf(full, sizeof full, "%s", path);
    }
    if (!follow || !realpath(full, result)) {
        char *slash = strrchr(full, '/');
        const char *name = slash ? slash + 1 : full;
        char above[PATH_MAX];
        if (slash) *slash = 0;
        if (!realpath(slash ? (slash == full ? "/" : full) : ".", above)) return false;
        if (snprintf(result, PATH_MAX, "%s/%s", above, name) >= PATH_MAX) return false;
    }
    return strncmp(result, directory, directoryLength) == 0
        && (result[directoryLength] == 0 || result[directoryLength] == '/');
}

static bool isOpenInside(int descriptor) {
    return descriptor >= 0 && descriptor < DESCRIPTORS && openPaths[descriptor];
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/// The fate of the operation that `begin` counted.
enum verdict { PASS, FAIL, HALVE };

/// Counts an operation; on FAIL, `errno` is set. No operation of another thread takes place until `end`.
static enum verdict begin(enum kind kind, const char *path) {
    pthread_mutex_lock(&mutex);
    total++;
    if (total == killBefore) die();
    if (failingKind != (int)kind || !strstr(path, failingName)) return PASS;
    long later = ++candidates - failingNumber;
    if (failingEvery > 0 ? later < 0 || later % failingEvery != 0 : later != 0) return PASS;
    errno = (int)failingErrno;
    return failingErrno == 0 ? HALVE : FAIL;
}

static void appendToJournal(const void *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = REAL(write)(journal, bytes, count);
        if (written <= 0) abort();
        bytes = (const char *)bytes + written;
        count -= (size_t)written;
    }
}

/// Appends a line `kind errno inode offset length n m` to the journal, then the path of n bytes, the other path of m
/// bytes and, after a write, the written bytes. Inode 0 means that the operation failed or has no inode.
static void record(
    enum kind kind, int error, ino_t inode, long offset, size_t length, const char *path, const char *other,
    const void *bytes
) {
    if (journal < 0) return;
    char line[256];
    size_t pathLength = strlen(path), otherLength = other ? strlen(other) : 0;
    int count = snprintf(
        line, sizeof line, "%s %d %llu %ld %zu %zu %zu\n", kindNames[kind], error, (unsigned long long)inode,
        offset, length, pathLength, otherLength);
    appendToJournal(line, (size_t)count);
    appendToJournal(path, pathLength);
    if (other) appendToJournal(other, otherLength);
    if (bytes) appendToJournal(bytes, length);
}

/// Ends the operation that `begin` counted, and keeps `errno`.
static void end(void) {
    if (total == killAfter) die();
    int error = errno;
    pthread_mutex_unlock(&mutex);
    errno = error;
}

static struct stat statusAt(const char *path) {
    struct stat status = {0};
    int error = errno;
    if (lstat(path, &status) != 0) memset(&status, 0, sizeof status);
    errno = error;
    return status;
}

static struct stat statusOf(int descriptor) {
    struct stat status = {0};
    int error = errno;
    if (fstat(descriptor, &status) != 0) memset(&status, 0, sizeof status);
    errno = error;
    return status;
}

static void forgetSize(struct stat status) {
    if (S_ISREG(status.st_mode) && status.st_nlink == 1) used -= status.st_size;
}

// MARK: Operations on paths

static int openInside(int parent, const char *path, int flags, mode_t mode) {
    char full[PATH_MAX];
    bool follows = !(flags & O_NOFOLLOW) && !((flags & O_CREAT) && (flags & O_EXCL));
    if (!isInside(parent, path, follows, full)) return REAL(openat)(parent, path, flags, mode);
    bool counts = flags & (O_CREAT | O_TRUNC);
    int descriptor = -1;
    if (!counts || begin(OPEN, full) == PASS) {
        struct stat before = statusAt(full);
        descriptor = REAL(openat)(parent, path, flags, mode);
        if (descriptor >= 0 && (flags & O_TRUNC)) forgetSize(before);
        if (descriptor >= DESCRIPTORS) abort();
        if (descriptor >= 0) openPaths[descriptor] = strdup(full);
    }
    if (counts) {
        // The offset is 1 if the file was emptied.
        record(
            OPEN, descriptor < 0 ? errno : 0, descriptor < 0 ? 0 : statusOf(descriptor).st_ino,
            (flags & O_TRUNC) != 0, 0, full, NULL, NULL);
        end();
    }
    return descriptor;
}

#define MODE_ARGUMENT                                                                              \
    mode_t mode = 0;                                                                               \
    if (flags & O_CREAT) {                                                                         \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode = (mode_t)va_arg(arguments, int);                                                     \
        va_end(arguments);                                                                         \
    }

HOOK(int, open, (const char *path, int flags, ...)) {
    MODE_ARGUMENT
    return openInside(AT_FDCWD, path, flags, mode);
}

HOOK(int, openat, (int parent, const char *path, int flags, ...)) {
    MODE_ARGUMENT
    return openInside(parent, path, flags, mode);
}

#ifdef __linux__
HOOK(int, open64, (const char *path, int flags, ...)) {
    MODE_ARGUMENT
    return openInside(AT_FDCWD, path, flags, mode);
}

HOOK(int, openat64, (int parent, const char *path, int flags, ...)) {
    MODE_ARGUMENT
    return openInside(parent, path, flags, mode);
}
#endif

HOOK(int, close, (int descriptor)) {
    if (isOpenInside(descriptor)) {
        free(openPaths[descriptor]);
        openPaths[descriptor] = NULL;
    }
    return REAL(close)(descriptor);
}

static int renameInside(int parent, const char *path, int targetParent, const char *target) {
    char full[PATH_MAX], fullTarget[PATH_MAX];
    if (!isInside(parent, path, false, full) || !isInside(targetParent, target, false, fullTarget))
        return REAL(renameat)(parent, path, targetParent, target);
    int result = -1;
    if (begin(RENAME, fullTarget) == PASS) {
        struct stat replaced = statusAt(fullTarget);
        result = REAL(renameat)(parent, path, targetParent, target);
        if (result == 0) forgetSize(replaced);
    }
    record(RENAME, result == 0 ? 0 : errno, 0, 0, 0, full, fullTarget, NULL);
    end();
    return result;
}

HOOK(int, rename, (const char *path, const char *target)) {
    return renameInside(AT_FDCWD, path, AT_FDCWD, target);
}

HOOK(int, renameat, (int parent, const char *path, int targetParent, const char *target)) {
    return renameInside(parent, path, targetParent, target);
}

static int linkInside(const char *target, int parent, const char *path) {
    char full[PATH_MAX];
    if (!isInside(parent, path, false, full)) return REAL(symlinkat)(target, parent, path);
    int result = begin(SYMLINK, full) == PASS ? REAL(symlinkat)(target, parent, path) : -1;
    record(SYMLINK, result == 0 ? 0 : errno, statusAt(full).st_ino, 0, 0, full, target, NULL);
    end();
    return result;
}

HOOK(int, symlink, (const char *target, const char *path)) { return linkInside(target, AT_FDCWD, path); }

HOOK(int, symlinkat, (const char *target, int parent, const char *path)) {
    return linkInside(target, parent, path);
}

static int unlinkInside(int parent, const char *path, int flags) {
    char full[PATH_MAX];
    if (!isInside(parent, path, false, full)) return REAL(unlinkat)(parent, path, flags);
    int result = -1;
    if (begin(UNLINK, full) == PASS) {
        struct stat removed = statusAt(full);
        result = REAL(unlinkat)(parent, path, flags);
        if (result == 0) forgetSize(removed);
    }
    record(UNLINK, result == 0 ? 0 : errno, 0, 0, 0, full, NULL, NULL);
    end();
    return result;
}

HOOK(int, unlink, (const char *path)) { return unlinkInside(AT_FDCWD, path, 0); }

HOOK(int, unlinkat, (int parent, const char *path, int flags)) {
    return unlinkInside(parent, path, flags);
}

HOOK(int, mkdir, (const char *path, mode_t mode)) {
    char full[PATH_MAX];
    if (!isInside(AT_FDCWD, path, false, full)) return REAL(mkdir)(path, mode);
    int result = begin(MKDIR, full) == PASS ? REAL(mkdir)(path, mode) : -1;
    record(MKDIR, result == 0 ? 0 : errno, statusAt(full).st_ino, 0, 0, full, NULL, NULL);
    end();
    return result;
}

// MARK: Operations on open files

/// Returns how many of `count` bytes at `offset` fit into the quota.
static size_t room(int descriptor, long offset, size_t count) {
    long size = statusOf(descriptor).st_size;
    if (quota == 0 || offset + (long)count <= size) return count;
    long most = size - offset + (quota - used);
    return most < 0 ? 0 : (size_t)most < count ? (size_t)most : count;
}

/// - Parameter offset: The offset of the write; -1 for the descriptor's current position.
static ssize_t writeInside(int descriptor, const void *bytes, size_t count, long offset) {
    enum verdict verdict = begin(WRITE, openPaths[descriptor]);
    ssize_t result = -1;
    long place = offset;
    if (verdict != FAIL) {
        bool appends = fcntl(descriptor, F_GETFL) & O_APPEND;
        long size = statusOf(descriptor).st_size;
        if (offset < 0) place = appends ? size : (long)lseek(descriptor, 0, SEEK_CUR);
        size_t allowed = verdict == HALVE && count > 1 ? count / 2 : room(descriptor, place, count);
        if (count > 0 && allowed == 0) {
            errno = ENOSPC;
        } else {
            result = offset < 0 ? REAL(write)(descriptor, bytes, allowed)
                                : REAL(pwrite)(descriptor, bytes, allowed, offset);
        }
        if (result > 0 && place + result > size) used += place + result - size;
    }
    record(
        WRITE, result < 0 ? errno : 0, statusOf(descriptor).st_ino, place, result < 0 ? 0 : (size_t)result,
        openPaths[descriptor], NULL, bytes);
    end();
    return result;
}

HOOK(ssize_t, write, (int descriptor, const void *bytes, size_t count)) {
    if (!isOpenInside(descriptor)) return REAL(write)(descriptor, bytes, count);
    return writeInside(descriptor, bytes, count, -1);
}

HOOK(ssize_t, pwrite, (int descriptor, const void *bytes, size_t count, off_t offset)) {
    if (!isOpenInside(descriptor)) return REAL(pwrite)(descriptor, bytes, count, offset);
    return writeInside(descriptor, bytes, count, offset);
}

HOOK(ssize_t, writev, (int descriptor, const struct iovec *parts, int count)) {
    if (!isOpenInside(descriptor)) return REAL(writev)(descriptor, parts, count);
    // Writing fewer bytes than requested is a result that the caller must expect.
    for (int part = 0; part < count; part++)
        if (parts[part].iov_len > 0)
            return writeInside(descriptor, parts[part].iov_base, parts[part].iov_len, -1);
    return 0;
}

static int truncateInside(int descriptor, off_t size) {
    int result = -1;
    if (begin(TRUNCATE, openPaths[descriptor]) == PASS) {
        long before = statusOf(descriptor).st_size;
        result = REAL(ftruncate)(descriptor, size);
        if (result == 0) used += size - before;
    }
    record(
        TRUNCATE, result == 0 ? 0 : errno, statusOf(descriptor).st_ino, size, 0, openPaths[descriptor], NULL,
        NULL);
    end();
    return result;
}

HOOK(int, ftruncate, (int descriptor, off_t size)) {
    if (!isOpenInside(descriptor)) return REAL(ftruncate)(descriptor, size);
    return truncateInside(descriptor, size);
}

static int syncInside(int descriptor) {
    // The real call is omitted, because it would only take time.
    int result = begin(SYNC, openPaths[descriptor]) == PASS ? 0 : -1;
    record(
        SYNC, result == 0 ? 0 : errno, statusOf(descriptor).st_ino, 0, 0, openPaths[descriptor], NULL, NULL);
    end();
    return result;
}

HOOK(int, fsync, (int descriptor)) {
    return isOpenInside(descriptor) ? syncInside(descriptor) : REAL(fsync)(descriptor);
}

HOOK(int, flock, (int descriptor, int operation)) {
    if (!isOpenInside(descriptor) || !*locks) return REAL(flock)(descriptor, operation);
    if (strcmp(locks, "files") != 0) {
        errno = atoi(locks);
        return -1;
    }
    bool isReadOnly = (fcntl(descriptor, F_GETFL) & O_ACCMODE) == O_RDONLY;
    bool isVoid = S_ISDIR(statusOf(descriptor).st_mode) || (isReadOnly && operation & LOCK_EX);
    return isVoid ? 0 : REAL(flock)(descriptor, operation);
}

#ifdef __APPLE__
// The tool also asks to flush the drive's cache, and falls back to `fsync` where that is not supported.
HOOK(int, fcntl, (int descriptor, int command, ...)) {
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (command == F_FULLFSYNC && isOpenInside(descriptor)) {
        errno = ENOTSUP;
        return -1;
    }
    return REAL(fcntl)(descriptor, command, argument);
}
#else
HOOK(int, fdatasync, (int descriptor)) {
    return isOpenInside(descriptor) ? syncInside(descriptor) : REAL(fdatasync)(descriptor);
}

HOOK(int, ftruncate64, (int descriptor, off64_t size)) {
    if (!isOpenInside(descriptor)) return REAL(ftruncate64)(descriptor, size);
    return truncateInside(descriptor, size);
}

HOOK(ssize_t, pwrite64, (int descriptor, const void *bytes, size_t count, off64_t offset)) {
    if (!isOpenInside(descriptor)) return REAL(pwrite64)(descriptor, bytes, count, offset);
    return writeInside(descriptor, bytes, count, offset);
}
#endif

HOOK(int, pthread_create,
     (pthread_t * thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)) {
    static long started;
    const char *limit = getenv("FAULT_THREADS");
    if (limit && __atomic_fetch_add(&started, 1, __ATOMIC_RELAXED) >= atol(limit)) return EAGAIN;
    return REAL(pthread_create)(thread, attributes, start, argument);
}

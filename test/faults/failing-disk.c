/*
 * Makes one write or sync of a database's files fail with EIO, as a disk does that is about to die.
 * FAIL_PATH: only files whose path contains this. FAIL_AT: the number of the call, from 1 on.
 * FAIL_LOG: a file that gets a line for each such call, with the name of the call and of the file.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long calls;

static int fails(const char *name, int descriptor) {
  const char *wanted = getenv("FAIL_PATH"), *at = getenv("FAIL_AT"), *log = getenv("FAIL_LOG");
  char link[64], path[4096], text[4200];
  if (wanted == NULL || at == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (strstr(path, wanted) == NULL) return 0;
  long call = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
  if (log != NULL) {
    int file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    static ssize_t (*real)(int, const void *, size_t);
    if (real == NULL) real = dlsym(RTLD_NEXT, "write");
    snprintf(text, sizeof text, "%s %s\n", name, strrchr(path, '/') + 1);
    if (file >= 0) real(file, text, strlen(text)), close(file);
  }
  if (call != atol(at)) return 0;
  errno = EIO;
  return 1;
}

#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (real == NULL) real = dlsym(RTLD_NEXT, name)

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  return fails("write", fd) ? -1 : real(fd, bytes, size, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
  REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
  return fails("write", fd) ? -1 : real(fd, bytes, size, at);
}

int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  return fails("sync", fd) ? -1 : real(fd);
}

int fsync(int fd) {
  REAL(int, "fsync", int);
  return fails("sync", fd) ? -1 : real(fd);
}

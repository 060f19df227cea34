/* Preloaded, it makes a share that is gone: what asks for the file system or the list of a folder whose path has
   "gone-share" in it waits for a quarter of an hour. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

static void *next(const char *name, const char *path) {
  if (strstr(path, "gone-share")) sleep(900);
  return dlsym(RTLD_NEXT, name);
}

int statfs(const char *path, struct statfs *to) {
  int (*real)(const char *, struct statfs *) = next("statfs", path);
  return real(path, to);
}

int statfs64(const char *path, struct statfs64 *to) {
  int (*real)(const char *, struct statfs64 *) = next("statfs64", path);
  return real(path, to);
}

DIR *opendir(const char *path) {
  DIR *(*real)(const char *) = next("opendir", path);
  return real(path);
}

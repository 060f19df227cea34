/*
 * Plays the GPUs of the fixture file that FAKE_CUDA names, through the CUDA driver's own entry points (cuda.h). Lines:
 *   error FUNCTION CODE | hang FUNCTION | crash FUNCTION      (each from its NTH call on, where a number follows)
 *   gpu UUID       then for it: name NAME, pci ADDRESS, total BYTES, free BYTES, local RATE, pageable RATE, pinned RATE, peer UUID RATE, reduce RATE
 * RATE is bytes copied a second, on a clock that each stream has for itself: nothing waits for it. CUDA_VISIBLE_DEVICES
 * picks GPUs by UUID or by their place here; all are seen without it. A copy moves the first and the last bytes of it, and is refused where it is not within what was
 * allocated. Each thing that is taken or given back is a line of the file that FAKE_CUDA_LOG names.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX 64
enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, NO_DEVICE = 100, INVALID_CONTEXT = 201 };
typedef unsigned long long address;

struct peer { char uuid[64]; double rate; };
struct gpu {
  char uuid[64], name[64], pci[64];
  unsigned long long free, total;
  double local, pageable, pinned, reduce;
  struct peer peers[MAX];
  int peer_count, retained, enabled[MAX];
};
struct stream { struct gpu *gpu; double seconds; };
struct event { double seconds; };
struct block { char *at; size_t bytes; struct gpu *gpu; }; /* gpu NULL: pinned memory of the host */
struct fault { char function[64]; char kind; int code, from, calls; };

static struct gpu all[MAX], *seen[MAX], *current;
static struct block blocks[MAX * 4];
static struct fault faults[MAX];
static int all_count, seen_count, fault_count, initialised;

static void note(const char *text, const char *what) {
  const char *name = getenv("FAKE_CUDA_LOG");
  FILE *file = name ? fopen(name, "a") : NULL;
  if (!file) return;
  fprintf(file, "%s %s\n", text, what);
  fclose(file);
}

static void load(FILE *file) {
  char line[256], word[32], text[64];
  struct gpu *at = NULL;
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "%31s %63s", word, text) != 2) continue;
    double rate = strtod(text, NULL), second = 0;
    sscanf(line, "%*s %*s %lf", &second);
    if (!strcmp(word, "gpu")) {
      at = &all[all_count++];
      strcpy(at->uuid, text);
    } else if (!strcmp(word, "name")) sscanf(line, "%*s %63[^\n]", at->name);
    else if (!strcmp(word, "pci")) strcpy(at->pci, text);
    else if (!strcmp(word, "total")) at->total = strtoull(text, NULL, 10);
    else if (!strcmp(word, "free")) at->free = strtoull(text, NULL, 10);
    else if (!strcmp(word, "local")) at->local = rate;
    else if (!strcmp(word, "pageable")) at->pageable = rate;
    else if (!strcmp(word, "pinned")) at->pinned = rate;
    else if (!strcmp(word, "reduce")) at->reduce = rate;
    else if (!strcmp(word, "peer")) {
      struct peer *peer = &at->peers[at->peer_count++];
      strcpy(peer->uuid, text);
      peer->rate = second;
    } else {
      struct fault *fault = &faults[fault_count++];
      strcpy(fault->function, text);
      fault->kind = word[0];
      fault->code = *word == 'e' ? (int)second : 0;
      fault->from = 1;
      sscanf(line, *word == 'e' ? "%*s %*s %*s %d" : "%*s %*s %d", &fault->from);
    }
  }
}

/* As told by the fixture: an error's code, a hang, the end of the process; else whether the driver is there. */
static int outcome(const char *function) {
  for (int i = 0; i < fault_count; i++) {
    struct fault *fault = &faults[i];
    if (strcmp(fault->function, function) || ++fault->calls < fault->from) continue;
    if (fault->kind == 'h') for (;;) pause();
    if (fault->kind == 'c') abort();
    return fault->code;
  }
  return initialised ? SUCCESS : NOT_INITIALIZED;
}
#define AS_TOLD()                            \
  do {                                       \
    int code = outcome(__func__);            \
    if (code) return code;                   \
  } while (0)

int cuInit(unsigned int flags) {
  (void)flags;
  FILE *file = fopen(getenv("FAKE_CUDA"), "r");
  if (!file) return NO_DEVICE;
  load(file);
  fclose(file);
  const char *named = getenv("CUDA_VISIBLE_DEVICES");
  for (int i = 0; !named && i < all_count; i++) seen[seen_count++] = &all[i];
  char visible[1024];
  snprintf(visible, sizeof visible, "%s", named ? named : "");
  for (char *entry = strtok(visible, ","); entry; entry = strtok(NULL, ","))
    for (int i = 0; i < all_count; i++) {
      char place[16];
      snprintf(place, sizeof place, "%d", i);
      if (!strcmp(all[i].uuid, entry) || !strcmp(place, entry)) seen[seen_count++] = &all[i];
    }
  initialised = 1;
  AS_TOLD();
  return seen_count ? SUCCESS : NO_DEVICE;
}

int cuDeviceGetCount(int *count) {
  AS_TOLD();
  *count = seen_count;
  return SUCCESS;
}

int cuDeviceGet(int *device, int ordinal) {
  AS_TOLD();
  if (ordinal < 0 || ordinal >= seen_count) return INVALID_VALUE;
  *device = ordinal;
  return SUCCESS;
}

int cuDeviceGetName(char *name, int size, int device) {
  AS_TOLD();
  snprintf(name, size, "%s", seen[device]->name);
  return SUCCESS;
}

int cuDeviceGetPCIBusId(char *address, int size, int device) {
  AS_TOLD();
  snprintf(address, size, "%s", seen[device]->pci);
  return SUCCESS;
}

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  AS_TOLD();
  *bytes = seen[device]->total;
  return SUCCESS;
}

static double peer_rate(const struct gpu *from, const struct gpu *to) {
  for (int i = 0; i < from->peer_count; i++)
    if (!strcmp(from->peers[i].uuid, to->uuid)) return from->peers[i].rate;
  return 0;
}

int cuDeviceCanAccessPeer(int *able, int device, int peer) {
  AS_TOLD();
  *able = peer_rate(seen[device], seen[peer]) > 0;
  return SUCCESS;
}

int cuDevicePrimaryCtxRetain(struct gpu **context, int device) {
  AS_TOLD();
  seen[device]->retained++;
  *context = seen[device];
  note("take context", seen[device]->uuid);
  return SUCCESS;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
  if (seen[device]->retained-- <= 0) return INVALID_CONTEXT;
  note("give context", seen[device]->uuid);
  return SUCCESS;
}

int cuCtxSetCurrent(struct gpu *context) {
  if (context && context->retained <= 0) return INVALID_CONTEXT;
  current = context;
  return SUCCESS;
}

int cuCtxEnablePeerAccess(struct gpu *peer, unsigned int flags) {
  (void)flags;
  AS_TOLD();
  current->enabled[peer - all] = 1;
  return SUCCESS;
}

static int take(void **at, size_t bytes, struct gpu *gpu) {
  struct block *block = blocks;
  while (block->at) block++;
  block->at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (block->at == MAP_FAILED) return OUT_OF_MEMORY;
  block->bytes = bytes;
  block->gpu = gpu;
  *at = block->at;
  note(gpu ? "take memory" : "take pinned", gpu ? gpu->uuid : "");
  return SUCCESS;
}

static int give(char *at, int pinned) {
  for (struct block *block = blocks; block < blocks + MAX * 4; block++) {
    if (!at || block->at != at || pinned != !block->gpu) continue;
    if (block->gpu) block->gpu->free += block->bytes;
    note(pinned ? "give pinned" : "give memory", pinned ? "" : block->gpu->uuid);
    munmap(at, block->bytes);
    *block = (struct block){0};
    return SUCCESS;
  }
  return INVALID_VALUE;
}

int cuMemAlloc_v2(void **at, size_t bytes) {
  AS_TOLD();
  if (!current) return INVALID_CONTEXT;
  if (bytes > current->free) return OUT_OF_MEMORY;
  current->free -= bytes;
  return take(at, bytes, current);
}
int cuMemFree_v2(address at) { return give((char *)at, 0); }
int cuMemGetInfo_v2(size_t *free, size_t *total) {
  AS_TOLD();
  if (!current) return INVALID_CONTEXT;
  *free = current->free;
  *total = current->total;
  return SUCCESS;
}

int cuMemHostAlloc(void **at, size_t bytes, unsigned int flags) {
  (void)flags;
  AS_TOLD();
  return take(at, bytes, NULL);
}
int cuMemFreeHost(void *at) { return give(at, 1); }

/* The block that holds all of these bytes, of which memory there is no other. */
static struct block *holder(const char *at, size_t bytes) {
  for (struct block *block = blocks; block < blocks + MAX * 4; block++)
    if (block->at && at >= block->at && at + bytes <= block->at + block->bytes) return block;
  return NULL;
}

static int copy(char *to, const char *from, size_t bytes, struct stream *stream, double rate) {
  size_t edge = bytes < 4096 ? bytes : 4096;
  memcpy(to, from, edge);
  memcpy(to + bytes - edge, from + bytes - edge, edge);
  stream->seconds += bytes / rate;
  return SUCCESS;
}

int cuMemcpyDtoDAsync_v2(address to, address from, size_t bytes, struct stream *stream) {
  AS_TOLD();
  struct block *target = holder((char *)to, bytes), *source = holder((char *)from, bytes);
  if (!target || !source || target == source || target->gpu != stream->gpu || source->gpu != stream->gpu)
    return INVALID_VALUE;
  return copy((char *)to, (char *)from, bytes, stream, stream->gpu->local);
}

static double host_rate(const char *host, size_t bytes, struct stream *stream) {
  return holder(host, bytes) ? stream->gpu->pinned : stream->gpu->pageable;
}

int cuMemcpyHtoDAsync_v2(address to, const char *host, size_t bytes, struct stream *stream) {
  AS_TOLD();
  if (!holder((char *)to, bytes)) return INVALID_VALUE;
  return copy((char *)to, host, bytes, stream, host_rate(host, bytes, stream));
}

/* Half as fast as the other way, so that a test sees which is which. */
int cuMemcpyDtoHAsync_v2(char *host, address from, size_t bytes, struct stream *stream) {
  AS_TOLD();
  if (!holder((char *)from, bytes)) return INVALID_VALUE;
  return copy(host, (char *)from, bytes, stream, host_rate(host, bytes, stream) / 2);
}

/* Over the host, at half of what pinned memory gets, where access was not enabled both ways. */
int cuMemcpyPeerAsync(address to, struct gpu *target, address from, struct gpu *source, size_t bytes,
                      struct stream *stream) {
  AS_TOLD();
  struct block *into = holder((char *)to, bytes), *out = holder((char *)from, bytes);
  if (!into || !out || into->gpu != target || out->gpu != source || stream->gpu != source) return INVALID_VALUE;
  int direct = source->enabled[target - all] && target->enabled[source - all];
  return copy((char *)to, (char *)from, bytes, stream, direct ? peer_rate(source, target) : source->pinned / 2);
}

int cuStreamCreate(struct stream **stream, unsigned int flags) {
  (void)flags;
  AS_TOLD();
  *stream = calloc(1, sizeof **stream);
  (*stream)->gpu = current;
  note("take stream", current->uuid);
  return SUCCESS;
}
int cuStreamDestroy_v2(struct stream *stream) {
  note("give stream", stream->gpu->uuid);
  free(stream);
  return SUCCESS;
}

int cuEventCreate(struct event **event, unsigned int flags) {
  (void)flags;
  AS_TOLD();
  *event = calloc(1, sizeof **event);
  note("take event", "");
  return SUCCESS;
}
int cuEventDestroy_v2(struct event *event) {
  note("give event", "");
  free(event);
  return SUCCESS;
}
int cuEventRecord(struct event *event, struct stream *stream) {
  AS_TOLD();
  if (current != stream->gpu) return INVALID_CONTEXT;
  event->seconds = stream->seconds;
  return SUCCESS;
}
int cuEventSynchronize(struct event *event) {
  (void)event;
  AS_TOLD();
  return SUCCESS;
}
int cuEventElapsedTime(float *milliseconds, struct event *first, struct event *last) {
  *milliseconds = (float)((last->seconds - first->seconds) * 1000);
  return SUCCESS;
}

/* For the NCCL that is played beside this: an all-reduce of so many bytes passes on the stream's clock. */
int fake_cuda_reduce(char *at, size_t bytes, int ranks, struct stream *stream) {
  if (!holder(at, bytes)) return INVALID_VALUE;
  stream->seconds += bytes / stream->gpu->reduce * (2.0 * (ranks - 1) / ranks);
  return SUCCESS;
}
int fake_cuda_seen(void) { return seen_count; }

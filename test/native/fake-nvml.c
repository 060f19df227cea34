/*
 * Plays a machine from the fixture file that FAKE_NVML names, through NVML's own entry points. Lines of a fixture:
 *   # a comment
 *   driver VERSION | cuda NUMBER                  (before the first gpu: for the machine)
 *   gpu NAME       then for it: uuid, pci, cc MAJOR MINOR, memory TOTAL RESERVED USED, process PID BYTES NAME
 *   peak NTH BYTES what is used at its NTH reading of memory, and at no other
 *   mig INDEX NAME then for that instance of the gpu before: uuid, memory
 *   answer FUNCTION[:ARGUMENT...] NUMBER...       what fake-nvml-detail.c answers; before the first gpu: for all
 *   link FIRST LAST ACTIVE VERSION SPEED PCI      NVLinks, likewise; a speed of 0 is not told
 *   error FUNCTION CODE | hang FUNCTION | slow FUNCTION MILLISECONDS | crash FUNCTION | lost FUNCTION
 *                  what a call does instead, or before; lost: from that call on the gpu is off the bus. Before the
 *                  first gpu: what calls on the machine do
 * -DOLD leaves out the entry points that an old driver lacks; -DPROTECTED writes the longer process entries.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "nvml-structures.h"

#define MAX_GPUS 16
#define MAX_PROCESSES 256
#define MAX_ERRORS 32
#define MAX_ANSWERS 48
#define MAX_LINKS 36
#define MAX_MIG 7

struct process {
  unsigned int pid;
  unsigned long long bytes;
  char name[128];
};

enum deed { ERROR, HANG, SLOW, CRASH, LOST, DEEDS };

struct error {
  char function[64];
  enum deed deed;
  int code;
};

struct answer {
  char key[80];
  unsigned long long values[4];
};

struct link {
  int present, active, version, speed;
  char pci[32];
};

struct nvmlDevice_st {
  char name[96], uuid[96], pci[32];
  int major, minor;
  unsigned long long total, reserved, used, peak;
  struct process processes[MAX_PROCESSES];
  struct error errors[MAX_ERRORS];
  struct answer answers[MAX_ANSWERS];
  struct link links[MAX_LINKS];
  struct nvmlDevice_st *mig[MAX_MIG];
  int process_count, error_count, answer_count, has_links, lost, readings, peak_at;
};

static struct nvmlDevice_st gpus[MAX_GPUS];
static struct nvmlDevice_st machine; /* its errors are the machine's */
static char driver[80];
static int gpu_count, cuda, initialised;

static void rest_of_line(char *to, size_t size, const char *from) {
  snprintf(to, size, "%s", from);
  to[strcspn(to, "\n")] = 0;
}

static int deed_of(const char *word) {
  static const char *const words[] = {[ERROR] = "error", [HANG] = "hang", [SLOW] = "slow",
                                      [CRASH] = "crash", [LOST] = "lost"};
  for (int i = 0; i < DEEDS; i++)
    if (!strcmp(words[i], word)) return i;
  return -1;
}

static void load(FILE *file) {
  char line[512];
  struct nvmlDevice_st *at = &machine;
  while (fgets(line, sizeof line, file)) {
    int consumed = 0;
    char word[32];
    if (sscanf(line, "%31s %n", word, &consumed) != 1) continue;
    const char *rest = line + consumed;
    if (!strcmp(word, "gpu")) {
      at = &gpus[gpu_count++];
      rest_of_line(at->name, sizeof at->name, rest);
    } else if (!strcmp(word, "driver")) {
      rest_of_line(driver, sizeof driver, rest);
    } else if (!strcmp(word, "cuda")) {
      cuda = atoi(rest);
    } else if (!strcmp(word, "uuid")) {
      rest_of_line(at->uuid, sizeof at->uuid, rest);
    } else if (!strcmp(word, "pci")) {
      rest_of_line(at->pci, sizeof at->pci, rest);
    } else if (!strcmp(word, "cc")) {
      sscanf(rest, "%d %d", &at->major, &at->minor);
    } else if (!strcmp(word, "memory")) {
      sscanf(rest, "%llu %llu %llu", &at->total, &at->reserved, &at->used);
    } else if (!strcmp(word, "peak")) {
      sscanf(rest, "%d %llu", &at->peak_at, &at->peak);
    } else if (!strcmp(word, "process")) {
      struct process *process = &at->processes[at->process_count++];
      sscanf(rest, "%u %llu %n", &process->pid, &process->bytes, &consumed);
      rest_of_line(process->name, sizeof process->name, rest + consumed);
    } else if (!strcmp(word, "mig")) {
      int index = atoi(rest);
      struct nvmlDevice_st *parent = &gpus[gpu_count - 1];
      at = parent->mig[index] = calloc(1, sizeof *at);
      rest_of_line(at->name, sizeof at->name, strchr(rest, ' ') + 1);
    } else if (!strcmp(word, "answer")) {
      struct answer *answer = &at->answers[at->answer_count++];
      unsigned long long *v = answer->values;
      sscanf(rest, "%79s %llu %llu %llu %llu", answer->key, &v[0], &v[1], &v[2], &v[3]);
    } else if (!strcmp(word, "link")) {
      struct link link = {.present = 1};
      int first, last;
      sscanf(rest, "%d %d %d %d %d %31s", &first, &last, &link.active, &link.version, &link.speed, link.pci);
      for (int i = first; i <= last; i++) at->links[i] = link;
      at->has_links = 1;
    } else if (deed_of(word) >= 0) {
      struct error *error = &at->errors[at->error_count++];
      error->deed = deed_of(word);
      sscanf(rest, "%63s %d", error->function, &error->code);
    }
  }
}

static int failure(struct nvmlDevice_st *where, const char *function) {
  for (int i = 0; i < where->error_count; i++) {
    const struct error *error = &where->errors[i];
    if (strcmp(error->function, function)) continue;
    if (error->deed == ERROR) return error->code;
    if (error->deed == LOST) where->lost = 1;
    while (error->deed == HANG) pause();
    if (error->deed == SLOW) usleep(error->code * 1000);
    if (error->deed == CRASH) raise(SIGSEGV);
  }
  if (where->lost) return NVML_ERROR_GPU_IS_LOST;
  return initialised || !strcmp(function, "nvmlInit_v2") ? NVML_SUCCESS : NVML_ERROR_UNINITIALIZED;
}

/* In fake-nvml-detail.c. */
static const unsigned long long *answered(const struct nvmlDevice_st *device, const char *key);

#define FAIL_AS_TOLD(where)                     \
  do {                                          \
    int code = failure(where, __func__);        \
    if (code != NVML_SUCCESS) return code;      \
  } while (0)

static nvmlReturn_t copy(char *to, unsigned int size, const char *from) {
  if (strlen(from) + 1 > size) return NVML_ERROR_INSUFFICIENT_SIZE;
  memcpy(to, from, strlen(from) + 1);
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlInit_v2(void) {
  if (gpu_count == 0) {
    FILE *file = fopen(getenv("FAKE_NVML"), "r");
    if (!file) return 999;
    load(file);
    fclose(file);
  }
  FAIL_AS_TOLD(&machine);
  initialised++;
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlShutdown(void) {
  FAIL_AS_TOLD(&machine);
  initialised--;
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int size) {
  FAIL_AS_TOLD(&machine);
  return copy(version, size, driver);
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *version) {
  FAIL_AS_TOLD(&machine);
  *version = cuda;
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlSystemGetProcessName(unsigned int pid, char *name, unsigned int size) {
  FAIL_AS_TOLD(&machine);
  for (int g = 0; g < gpu_count; g++)
    for (int p = 0; p < gpus[g].process_count; p++)
      if (gpus[g].processes[p].pid == pid) return copy(name, size, gpus[g].processes[p].name);
  return NVML_ERROR_NOT_FOUND;
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count) {
  FAIL_AS_TOLD(&machine);
  const unsigned long long *told = answered(&machine, __func__);
  *count = told ? told[0] : (unsigned int)gpu_count;
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
  if ((int)index >= gpu_count) return NVML_ERROR_INVALID_ARGUMENT;
  FAIL_AS_TOLD(&gpus[index]);
  *device = &gpus[index];
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device) {
  FAIL_AS_TOLD(&machine);
  for (int g = 0; g < gpu_count; g++) {
    if (strcmp(gpus[g].uuid, uuid)) continue;
    *device = &gpus[g];
    return NVML_SUCCESS;
  }
  return NVML_ERROR_NOT_FOUND;
}

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int size) {
  FAIL_AS_TOLD(device);
  return copy(name, size, device->name);
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int size) {
  FAIL_AS_TOLD(device);
  return copy(uuid, size, device->uuid);
}

nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci) {
  FAIL_AS_TOLD(device);
  memset(pci, 0xff, sizeof *pci);
  return copy(pci->busId, sizeof pci->busId, device->pci);
}

nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int *major, int *minor) {
  FAIL_AS_TOLD(device);
  *major = device->major;
  *minor = device->minor;
  return NVML_SUCCESS;
}

/* The old call counts what the driver reserves as used. */
nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory) {
  FAIL_AS_TOLD(device);
  memory->total = device->total;
  memory->used = device->used + device->reserved;
  memory->free = memory->total - memory->used;
  return NVML_SUCCESS;
}

#ifdef OLD
#define LIST nvmlDeviceGetComputeRunningProcesses
typedef nvmlProcessInfo_v1_t listed_t;
#else
nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory) {
  FAIL_AS_TOLD(device);
  if (memory->version != (sizeof *memory | 2 << 24)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  memory->total = device->total;
  memory->reserved = device->reserved;
  memory->used = ++device->readings == device->peak_at ? device->peak : device->used;
  memory->free = device->total - device->reserved - memory->used;
  return NVML_SUCCESS;
}
#define LIST nvmlDeviceGetComputeRunningProcesses_v3
#ifdef PROTECTED
typedef nvmlProcessInfo_protected_t listed_t;
#else
typedef nvmlProcessInfo_v2_t listed_t;
#endif
#endif

nvmlReturn_t LIST(nvmlDevice_t device, unsigned int *count, listed_t *infos) {
  FAIL_AS_TOLD(device);
  unsigned int room = *count;
  /* A count, and a status, that have nothing to do with what there is. */
  const unsigned long long *told = answered(device, "nvmlDeviceGetComputeRunningProcesses");
  if (told) *count = told[0];
  if (told) return told[1];
  *count = device->process_count;
  if (room < *count) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned int i = 0; i < *count; i++) {
    memset(&infos[i], 0, sizeof infos[i]);
    infos[i].pid = device->processes[i].pid;
    infos[i].usedGpuMemory = device->processes[i].bytes;
  }
  return NVML_SUCCESS;
}

#include "fake-nvml-detail.c"

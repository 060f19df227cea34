/* Plays NCCL (nccl.h) on the GPUs of fake-cuda.c, at the bus bandwidth that its fixture gives as `reduce`. */
#include <stddef.h>
#include <stdlib.h>

enum { ncclSuccess = 0, ncclInvalidArgument = 4, ncclInvalidUsage = 5, ncclFloat32 = 7, ncclSum = 0 };
struct comm { int ranks; };

int fake_cuda_reduce(char *at, size_t bytes, int ranks, void *stream);
int fake_cuda_seen(void);

static int grouped, enqueued;

int ncclCommInitAll(struct comm **comms, int count, const int *devices) {
  if (devices || count != fake_cuda_seen()) return ncclInvalidArgument;
  for (int rank = 0; rank < count; rank++) {
    comms[rank] = malloc(sizeof **comms);
    comms[rank]->ranks = count;
  }
  return ncclSuccess;
}

int ncclCommDestroy(struct comm *comm) {
  free(comm);
  return ncclSuccess;
}

int ncclGroupStart(void) {
  grouped = 1;
  enqueued = 0;
  return ncclSuccess;
}

/* All ranks of one process must be enqueued in one group, or the first would wait for ever. */
int ncclAllReduce(char *from, char *to, size_t count, int type, int operation, struct comm *comm, void *stream) {
  if (!grouped || from != to || type != ncclFloat32 || operation != ncclSum) return ncclInvalidUsage;
  enqueued++;
  return fake_cuda_reduce(to, count * 4, comm->ranks, stream) ? ncclInvalidArgument : ncclSuccess;
}

int ncclGroupEnd(void) {
  grouped = 0;
  return enqueued == fake_cuda_seen() ? ncclSuccess : ncclInvalidUsage;
}

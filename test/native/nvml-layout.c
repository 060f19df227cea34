/* Prints what the compiler makes of the published structures, as JSON. */
#include <stddef.h>
#include <stdio.h>
#include "nvml-structures.h"

#define AT(type, member) (unsigned)offsetof(type, member)

int main(void) {
  printf("{\"memoryV1\":{\"size\":%zu,\"total\":%u,\"free\":%u,\"used\":%u},", sizeof(nvmlMemory_t),
         AT(nvmlMemory_t, total), AT(nvmlMemory_t, free), AT(nvmlMemory_t, used));
  printf("\"memoryV2\":{\"size\":%zu,\"version\":%u,\"total\":%u,\"reserved\":%u,\"free\":%u,\"used\":%u},",
         sizeof(nvmlMemory_v2_t), AT(nvmlMemory_v2_t, version), AT(nvmlMemory_v2_t, total),
         AT(nvmlMemory_v2_t, reserved), AT(nvmlMemory_v2_t, free), AT(nvmlMemory_v2_t, used));
  printf("\"processV1\":{\"size\":%zu,\"pid\":%u,\"used\":%u},", sizeof(nvmlProcessInfo_v1_t),
         AT(nvmlProcessInfo_v1_t, pid), AT(nvmlProcessInfo_v1_t, usedGpuMemory));
  printf("\"processV2\":{\"size\":%zu,\"pid\":%u,\"used\":%u},", sizeof(nvmlProcessInfo_v2_t),
         AT(nvmlProcessInfo_v2_t, pid), AT(nvmlProcessInfo_v2_t, usedGpuMemory));
  printf("\"processV2Protected\":{\"size\":%zu,\"pid\":%u,\"used\":%u},", sizeof(nvmlProcessInfo_protected_t),
         AT(nvmlProcessInfo_protected_t, pid), AT(nvmlProcessInfo_protected_t, usedGpuMemory));
  printf("\"pciInfoV3\":{\"size\":%zu,\"busId\":%u,\"busIdSize\":%zu},", sizeof(nvmlPciInfo_t),
         AT(nvmlPciInfo_t, busId), sizeof(((nvmlPciInfo_t *)0)->busId));
  printf("\"utilization\":{\"size\":%zu,\"gpu\":%u,\"memory\":%u},", sizeof(nvmlUtilization_t),
         AT(nvmlUtilization_t, gpu), AT(nvmlUtilization_t, memory));
  printf("\"fieldValue\":{\"size\":%zu,\"fieldId\":%u,\"scopeId\":%u,\"valueType\":%u,\"status\":%u,\"value\":%u},",
         sizeof(nvmlFieldValue_t), AT(nvmlFieldValue_t, fieldId), AT(nvmlFieldValue_t, scopeId),
         AT(nvmlFieldValue_t, valueType), AT(nvmlFieldValue_t, nvmlReturn), AT(nvmlFieldValue_t, value));
  printf("\"confComputeState\":{\"size\":%zu,\"ccFeature\":%u}}\n", sizeof(nvmlConfComputeSystemState_t),
         AT(nvmlConfComputeSystemState_t, ccFeature));
  return 0;
}

/* The rest of the fake NVML: included by fake-nvml.c, whose fixtures' `answer` and `link` lines it gives back. */

/* What the fixture answers for this GPU, or for all; NULL, and so NOT_SUPPORTED, where it says nothing. */
static const unsigned long long *answered(const struct nvmlDevice_st *device, const char *key) {
  const struct nvmlDevice_st *places[] = {device, &machine};
  for (int p = 0; p < 2; p++)
    for (int i = 0; i < places[p]->answer_count; i++)
      if (!strcmp(places[p]->answers[i].key, key)) return places[p]->answers[i].values;
  return NULL;
}

#define ANSWER_OF(device, key)                          \
  FAIL_AS_TOLD(device);                                 \
  const unsigned long long *value = answered(device, key); \
  if (!value) return NVML_ERROR_NOT_SUPPORTED

/* Calls that write one unsigned int. */
#define PLAIN(function)                                             \
  nvmlReturn_t function(nvmlDevice_t device, unsigned int *result) { \
    ANSWER_OF(device, #function);                                   \
    *result = value[0];                                             \
    return NVML_SUCCESS;                                            \
  }

/* Calls that take the kind of what they write. */
#define OF_KIND(function)                                                              \
  nvmlReturn_t function(nvmlDevice_t device, unsigned int kind, unsigned int *result) { \
    char key[80];                                                                      \
    snprintf(key, sizeof key, #function ":%u", kind);                                  \
    ANSWER_OF(device, key);                                                            \
    *result = value[0];                                                                \
    return NVML_SUCCESS;                                                               \
  }

/* Calls that write what holds now and what will after the next restart. */
#define PENDING(function)                                                                    \
  nvmlReturn_t function(nvmlDevice_t device, unsigned int *current, unsigned int *pending) { \
    ANSWER_OF(device, #function);                                                            \
    *current = value[0];                                                                     \
    *pending = value[1];                                                                     \
    return NVML_SUCCESS;                                                                     \
  }

PLAIN(nvmlDeviceGetArchitecture)
PLAIN(nvmlDeviceGetPowerUsage)
PLAIN(nvmlDeviceGetEnforcedPowerLimit)
PLAIN(nvmlDeviceGetPowerManagementDefaultLimit)
PLAIN(nvmlDeviceGetPerformanceState)
PLAIN(nvmlDeviceGetCurrPcieLinkGeneration)
PLAIN(nvmlDeviceGetCurrPcieLinkWidth)
PLAIN(nvmlDeviceGetMaxPcieLinkGeneration)
PLAIN(nvmlDeviceGetMaxPcieLinkWidth)
PLAIN(nvmlDeviceGetMaxMigDeviceCount)
PLAIN(nvmlDeviceGetPersistenceMode)
PLAIN(nvmlDeviceGetRetiredPagesPendingStatus)
PLAIN(nvmlDeviceGetComputeMode)
PLAIN(nvmlDeviceGetDisplayMode)
PLAIN(nvmlDeviceGetVirtualizationMode)
OF_KIND(nvmlDeviceGetClockInfo)
OF_KIND(nvmlDeviceGetMaxClockInfo)
OF_KIND(nvmlDeviceGetTemperature)
OF_KIND(nvmlDeviceGetTemperatureThreshold)
PENDING(nvmlDeviceGetEccMode)
PENDING(nvmlDeviceGetMigMode)

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *rates) {
  ANSWER_OF(device, __func__);
  rates->gpu = value[0];
  rates->memory = value[1];
  return NVML_SUCCESS;
}

/* Both names of it answer what the fixture says for the new one. */
#ifndef OLD
nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t device, unsigned long long *reasons) {
  ANSWER_OF(device, "nvmlDeviceGetCurrentClocksEventReasons");
  *reasons = value[0];
  return NVML_SUCCESS;
}
#endif
nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t device, unsigned long long *reasons) {
  ANSWER_OF(device, "nvmlDeviceGetCurrentClocksEventReasons");
  *reasons = value[0];
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetTotalEccErrors(nvmlDevice_t device, int error, int counter, unsigned long long *count) {
  char key[80];
  snprintf(key, sizeof key, "%s:%d:%d", __func__, error, counter);
  ANSWER_OF(device, key);
  *count = value[0];
  return NVML_SUCCESS;
}

/* Says how many pages there are, and writes no address where there is room for none. */
nvmlReturn_t nvmlDeviceGetRetiredPages(nvmlDevice_t device, int cause, unsigned int *count,
                                       unsigned long long *addresses) {
  char key[80];
  snprintf(key, sizeof key, "%s:%d", __func__, cause);
  ANSWER_OF(device, key);
  unsigned int room = *count;
  *count = value[0];
  if (room < *count) return NVML_ERROR_INSUFFICIENT_SIZE;
  memset(addresses, 0, *count * sizeof *addresses);
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetRemappedRows(nvmlDevice_t device, unsigned int *corrected, unsigned int *uncorrected,
                                       unsigned int *pending, unsigned int *failed) {
  ANSWER_OF(device, __func__);
  *corrected = value[0];
  *uncorrected = value[1];
  *pending = value[2];
  *failed = value[3];
  return NVML_SUCCESS;
}

static const struct link *link_of(const struct nvmlDevice_st *device, unsigned int index) {
  const struct link *links = device->has_links ? device->links : machine.links;
  return index < MAX_LINKS && links[index].present ? &links[index] : NULL;
}

#define LINK(index)                                                                                   \
  FAIL_AS_TOLD(device);                                                                               \
  if (!device->has_links && !machine.has_links) return NVML_ERROR_NOT_SUPPORTED;                      \
  const struct link *link = link_of(device, index);                                                   \
  if (!link) return NVML_ERROR_INVALID_ARGUMENT

nvmlReturn_t nvmlDeviceGetNvLinkState(nvmlDevice_t device, unsigned int index, unsigned int *active) {
  LINK(index);
  *active = link->active;
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetNvLinkVersion(nvmlDevice_t device, unsigned int index, unsigned int *version) {
  LINK(index);
  *version = link->version;
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetNvLinkRemotePciInfo_v2(nvmlDevice_t device, unsigned int index, nvmlPciInfo_t *pci) {
  LINK(index);
  memset(pci, 0xff, sizeof *pci);
  return copy(pci->busId, sizeof pci->busId, link->pci);
}

/* Knows NVML_FI_DEV_NVLINK_GET_SPEED; -DOLD knows the older NVML_FI_DEV_NVLINK_SPEED_MBPS_L0 to _L5 in its place. */
nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t device, int count, nvmlFieldValue_t *values) {
  FAIL_AS_TOLD(device);
  for (int i = 0; i < count; i++) {
    nvmlFieldValue_t *field = &values[i];
#ifdef OLD
    const struct link *link = field->fieldId - 84 < 6 ? link_of(device, field->fieldId - 84) : NULL;
#else
    const struct link *link = field->fieldId == 164 ? link_of(device, field->scopeId) : NULL;
#endif
    field->nvmlReturn = link && link->speed ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
    field->valueType = NVML_VALUE_TYPE_UNSIGNED_INT;
    memset(&field->value, 0xff, sizeof field->value);
    if (link) field->value.uiVal = link->speed;
  }
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t device, unsigned int index, nvmlDevice_t *instance) {
  FAIL_AS_TOLD(device);
  if (index >= MAX_MIG || !device->mig[index]) return NVML_ERROR_NOT_FOUND;
  *instance = device->mig[index];
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlSystemGetConfComputeState(nvmlConfComputeSystemState_t *state) {
  ANSWER_OF(&machine, __func__);
  state->environment = value[0];
  state->ccFeature = value[1];
  state->devToolsMode = value[2];
  return NVML_SUCCESS;
}

import type { GpuDetail } from '../contract/machine.js';
import { isUnavailable, type Reading, unavailable } from '../contract/reading.js';
import {
  decodeString,
  fieldValue,
  nvmlFailure,
  nvmlInvalidArgument,
  nvmlNotSupported,
  nvmlSuccess,
  pciInfoV3,
} from './nvml-layout.js';
import { type Nvml, type NvmlHandle, readUint } from './nvml-library.js';
import { nvlinkVersion } from './nvml-words.js';

type NvLinks = Exclude<GpuDetail['nvlinks'], { unavailable: string }>;

/** NVML_NVLINK_MAX_LINKS of API version 13. */
const mostLinks = 36;
/** NVML_FI_DEV_NVLINK_GET_SPEED: in 10⁶ bytes/s and one direction, of the link that scopeId names. */
const speedField = 164;
/** NVML_FI_DEV_NVLINK_SPEED_MBPS_L0 to _L5 and _L6 to _L11: the same of drivers that lack the field above. */
const oldSpeedFields = [84, 85, 86, 87, 88, 89, 132, 133, 134, 135, 136, 137];
/** NVML_VALUE_TYPE_UNSIGNED_INT and _UNSIGNED_LONG_LONG. */
const unsignedInt = 1;
const unsignedLongLong = 3;

/**
 * The NVLinks of one GPU. Their rate is what the driver says, which on newer GPUs is above what NVIDIA publishes
 * (nvidia-smi shows 53.125 GB/s for Blackwell's 50), or else what NVIDIA publishes of that version.
 */
export function readNvLinks(nvml: Nvml, handle: NvmlHandle): Reading<NvLinks> {
  const states: { link: number; active: boolean }[] = [];
  const buffer = Buffer.alloc(4);
  for (let link = 0; link < mostLinks; link++) {
    const status = nvml.call('nvmlDeviceGetNvLinkState', handle, link, buffer);
    if (status === nvmlSuccess) states.push({ link, active: buffer.readUInt32LE() === 1 });
    else if (status === nvmlInvalidArgument && link > 0) break;
    // A board may leave links of its chip unconnected; one without the first has none.
    else if (status !== nvmlNotSupported || link === 0)
      return nvmlFailure('nvmlDeviceGetNvLinkState', status);
  }
  const speeds = readSpeeds(
    nvml,
    handle,
    states.map(({ link }) => link),
  );
  return states.map(({ link, active }, index) => {
    const raw = readUint(nvml, 'nvmlDeviceGetNvLinkVersion', handle, link);
    const { version, bytesPerSecond } = isUnavailable(raw) ? { version: raw } : nvlinkVersion(raw);
    return {
      link,
      active,
      version,
      bytesPerSecond: active
        ? (speeds[index] ?? bytesPerSecond ?? unavailable('the driver does not say how fast the link is'))
        : unavailable('the link is not active'),
      peerPciAddress: readPeer(nvml, handle, link),
    };
  });
}

/** Bytes/s of each link in one direction; undefined where the driver does not say. One call for all. */
function readSpeeds(nvml: Nvml, handle: NvmlHandle, links: readonly number[]): (number | undefined)[] {
  const asked = links.flatMap((link, index) => {
    const old = oldSpeedFields[link];
    const fields = old === undefined ? [speedField] : [speedField, old];
    return fields.map((field) => ({ index, link, field }));
  });
  const buffer = Buffer.alloc(asked.length * fieldValue.size);
  asked.forEach(({ link, field }, at) => {
    buffer.writeUInt32LE(field, at * fieldValue.size + fieldValue.fieldId);
    if (field === speedField) buffer.writeUInt32LE(link, at * fieldValue.size + fieldValue.scopeId);
  });
  if (asked.length === 0) return [];
  if (nvml.call('nvmlDeviceGetFieldValues', handle, asked.length, buffer) !== nvmlSuccess) return [];
  const speeds: (number | undefined)[] = [];
  asked.forEach(({ index }, at) => {
    const value = decodeField(buffer.subarray(at * fieldValue.size));
    if (value) speeds[index] ??= value * 1e6;
  });
  return speeds;
}

function decodeField(entry: Buffer): number | undefined {
  if (entry.readUInt32LE(fieldValue.status) !== nvmlSuccess) return undefined;
  const type = entry.readUInt32LE(fieldValue.valueType);
  if (type === unsignedInt) return entry.readUInt32LE(fieldValue.value);
  return type === unsignedLongLong ? Number(entry.readBigUInt64LE(fieldValue.value)) : undefined;
}

function readPeer(nvml: Nvml, handle: NvmlHandle, link: number): Reading<string> {
  const buffer = Buffer.alloc(pciInfoV3.size);
  const status = nvml.call('nvmlDeviceGetNvLinkRemotePciInfo_v2', handle, link, buffer);
  if (status !== nvmlSuccess) return nvmlFailure('nvmlDeviceGetNvLinkRemotePciInfo_v2', status);
  return decodeString(buffer.subarray(pciInfoV3.busId, pciInfoV3.busId + pciInfoV3.busIdSize));
}

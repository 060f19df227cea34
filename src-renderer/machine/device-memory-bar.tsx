import { known } from '../../src-main/contract/evidence.js';
import { formatGiB } from '../../src-main/contract/format.js';
import { percent } from '../charts/scale.js';
import { useSay } from '../report/say.js';
import type { MemoryRow } from './memory-rows.js';

const height = 18;

interface DeviceMemoryBarProps {
  row: MemoryRow;
  /** Bytes that the whole width stands for: the same for bars that are read together. */
  whole: number;
}

/** Used, kept by the driver, and free memory end to end. Nothing where free or total memory is not known. */
export function DeviceMemoryBar({ row, whole }: DeviceMemoryBarProps) {
  const say = useSay();
  const [free, total] = [known(row.free), known(row.total)];
  if (free === undefined || total === undefined || whole === 0) return null;
  const kept = Math.min(row.kept ?? 0, total - free);
  // What is neither free nor kept is used, whatever the driver counts to it.
  const used = total - free - kept;
  const label = `${formatGiB(free)} free of ${formatGiB(total)}. Its row has the figures.`;
  return (
    <svg className="chart device-memory" width="100%" height={height} role="img" aria-label={say(label)}>
      <rect className="track" x="0" y="0" width={percent(total / whole)} height={height} />
      {used > 0 && (
        <rect className="segment used" x="0" y="0" width={percent(used / whole)} height={height} />
      )}
      {kept > 0 && (
        <rect
          className="segment kept"
          x={percent(used / whole)}
          y="0"
          width={percent(kept / whole)}
          height={height}
        />
      )}
    </svg>
  );
}

/** What the colours of the bars mean. */
export function DeviceMemoryKey() {
  const say = useSay();
  return (
    <p className="key">
      <span className="key-mark used" /> {say('used')} <span className="key-mark kept" />{' '}
      {say('kept by the driver')} <span className="key-mark free" /> {say('free')}
    </p>
  );
}

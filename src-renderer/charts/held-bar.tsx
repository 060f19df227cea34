import { Segments } from './stacked-bar.js';

const height = 16;

/** Memory that is held, part by part, out of all there is; what is left of the track is free. Bytes. */
export function HeldBar({ held, totalBytes, label }: { held: number[]; totalBytes: number; label: string }) {
  return (
    <svg className="chart" width="100%" height={height} role="img" aria-label={label}>
      <rect className="track" width="100%" height={height} />
      <Segments values={held} whole={totalBytes} top={0} height={height} />
    </svg>
  );
}

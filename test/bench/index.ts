import { bareScript } from './bare-script.js';
import type { Bench } from './bench.js';
import { detectHere, detectStandIn } from './detect.js';
import { fullDepth } from './full-depth.js';
import { graphBuild } from './graph-build.js';
import { historyOpens, historyScrolls } from './history.js';
import { historyList } from './history-list.js';
import { firstPaint, gridFill, interactive, redraw } from './pages.js';
import { probeOverhead } from './probe-overhead.js';
import { pytorch } from './pytorch.js';
import { quickRun } from './quick-run.js';
import { sampler } from './sampler.js';
import { search } from './search.js';
import { serveEvents, serveIdle } from './serve.js';

// For the process that serve-events starts of this same bundle.
export { serveManyEvents } from './serve-child.js';

/** Every figure of speed that we hold ourselves to. The graph's build comes first: cold, as in a fresh worker. */
export const benches: Bench[] = [
  graphBuild,
  fullDepth,
  detectHere,
  detectStandIn,
  sampler,
  search,
  serveIdle,
  serveEvents,
  historyList,
  historyOpens,
  historyScrolls,
  probeOverhead,
  bareScript,
  pytorch,
  quickRun,
  firstPaint,
  interactive,
  redraw,
  gridFill,
];

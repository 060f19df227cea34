import { useSay } from './say.js';
import type { Mark } from './words.js';

/** A status as a shape and a word: the shape differs in outline, so neither colour nor font is needed to tell. */
export function Status({ mark, word }: { mark: Mark; word: string }) {
  return (
    <span className={`status ${mark}`}>
      <Shape mark={mark} />
      {useSay()(word)}
    </span>
  );
}

/** Disc with a tick, triangle, octagon with a cross, broken ring. */
export function Shape({ mark }: { mark: Mark }) {
  return (
    <svg className="shape" viewBox="0 0 16 16" aria-hidden="true">
      {mark === 'pass' && (
        <>
          <circle className="body" cx="8" cy="8" r="7" />
          <path className="sign" d="M4.6 8.3 7 10.6l4.4-5" />
        </>
      )}
      {mark === 'look' && (
        <>
          <path className="body" d="M8 1.3 15.2 14.4H.8Z" strokeLinejoin="round" />
          <path className="sign" d="M8 5.8v4.1M8 12v.4" />
        </>
      )}
      {mark === 'fail' && (
        <>
          <path className="body" d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Z" />
          <path className="sign" d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" />
        </>
      )}
      {mark === 'none' && <circle className="ring" cx="8" cy="8" r="6.4" />}
    </svg>
  );
}

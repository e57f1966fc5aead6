import type { Progress, ProgressReport } from '../effects/index.ts';
import { asText } from './screen-text.ts';
import type { Terminal } from './terminal.ts';

/** Where nobody watches a line change, at most one line in this time. */
const QUIET_MS = 5_000;
const REDRAW_MS = 100;
const BAR_CHARS = 24;

export interface ProgressLine {
  readonly report: Progress;
  /** Leaves the place clean for what follows. */
  end(): void;
}

/**
 * Progress on standard error: one line that is drawn anew on a terminal, else a line every few seconds, and
 * nothing for a program that reads JSON.
 */
export function progressLine(terminal: Terminal, now: () => number = () => performance.now()): ProgressLine {
  const { stderr, isJson } = terminal;
  const isLive = stderr.isTTY === true;
  if (isJson && !isLive) return { report: () => undefined, end: () => undefined };
  let last = isLive ? Number.NEGATIVE_INFINITY : now();
  let isDrawn = false;
  return {
    report: (report) => {
      const time = now();
      if (time - last < (isLive ? REDRAW_MS : QUIET_MS)) return;
      last = time;
      if (isLive) stderr.write(`\r${cut(asText(drawn(report)), stderr.columns ?? 80)}\u001B[K`);
      else terminal.tell(said(report));
      isDrawn = isLive;
    },
    end: () => {
      if (isDrawn) stderr.write('\r\u001B[K');
      isDrawn = false;
    },
  };
}

function drawn({ what, share }: ProgressReport): string {
  if (share === null) return what;
  const full = Math.round(clamped(share) * BAR_CHARS);
  return `${what}  ${'█'.repeat(full)}${'░'.repeat(BAR_CHARS - full)}  ${percent(share)}`;
}

function said({ what, share }: ProgressReport): string {
  return share === null ? what : `${what}: ${percent(share)}`;
}

function percent(share: number): string {
  return `${Math.floor(clamped(share) * 100)} %`;
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function cut(text: string, columns: number): string {
  return Array.from(text)
    .slice(0, Math.max(1, columns - 1))
    .join('');
}

import pino, { type Logger } from 'pino';
import type { FaultReporter } from '../model/index.ts';
import { asText, onScreen } from './screen-text.ts';
import type { Terminal } from './terminal.ts';

/** The log, on standard error: JSON lines with `--json`, else one plain line each. */
export function createLog(terminal: Terminal): Logger {
  const write = (line: string) => {
    terminal.stderr.write(terminal.isJson ? line : plainLine(line));
  };
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}

/** Faults of the product go to the log under a reference that is safe to show to whoever asked. */
export function reporter(terminal: Terminal): FaultReporter {
  const log = createLog(terminal);
  let count = 0;
  return (where, cause) => {
    const incident = `${process.pid.toString(36)}-${++count}`;
    log.error({ where, incident, err: cause }, cause instanceof Error ? cause.message : String(cause));
    return incident;
  };
}

/** A word of the log about itself: its disk was full, or nobody read it. */
export function lostLines(lost: number, isJson: boolean): string {
  const msg = `${lost} ${lost === 1 ? 'line' : 'lines'} of the log could not be written and ${lost === 1 ? 'is' : 'are'} lost`;
  return isJson ? `${JSON.stringify({ level: 40, where: 'log', lost, msg })}\n` : `warning: ${msg}\n`;
}

const LEVELS: Readonly<Record<number, string>> = { 40: 'warning: ', 50: 'error: ', 60: 'fatal: ' };

/** `12:00:07 error: the message {"where":"http"}` */
function plainLine(line: string): string {
  const entry: unknown = JSON.parse(line);
  if (typeof entry !== 'object' || entry === null) return line;
  const { time, level, msg, err, ...fields } = entry as Record<string, unknown>;
  const clock = typeof time === 'string' ? time.slice(11, 19) : '';
  const rank = typeof level === 'number' ? (LEVELS[level] ?? '') : '';
  const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
  return `${clock} ${rank}${typeof msg === 'string' ? asText(msg) : ''}${asText(rest)}\n${stackOf(err)}`;
}

/** What has a code of our own is expected, and told in one line. */
const OWN_CODE = /^[a-z_]+$/;

function stackOf(err: unknown): string {
  if (typeof err !== 'object' || err === null || !('stack' in err)) return '';
  if ('code' in err && typeof err.code === 'string' && OWN_CODE.test(err.code)) return '';
  return onScreen(`${String(err.stack).replace(/^/gm, '    ')}\n`);
}

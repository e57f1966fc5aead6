import { iso, type Severity } from '../model/index.ts';
import type { Message } from './sink.ts';

/** RFC 5424, section 6.2.1: local0 to local7 are 16 to 23. */
const FACILITIES = {
  user: 1,
  auth: 4,
  authpriv: 10,
  audit: 13,
  alert: 14,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;
export type SyslogFacility = keyof typeof FACILITIES;
export const SYSLOG_FACILITIES = Object.keys(FACILITIES) as [SyslogFacility, ...SyslogFacility[]];

/** RFC 5424, table 2: critical, error, warning, notice. */
const SEVERITY_NUMBERS = { critical: 2, high: 3, medium: 4, low: 5 } as const satisfies Record<
  Severity,
  number
>;

/**
 * A finding as a syslog message (RFC 5424): the change's own time, `stance` as the application, and the JSON in ASCII, so
 * that it needs no byte order mark.
 * @param hostname printable ASCII without spaces, or `-`
 */
export function syslogMessage(
  { level, at, kind, body }: Message,
  facility: SyslogFacility,
  hostname: string,
): string {
  const priority = FACILITIES[facility] * 8 + SEVERITY_NUMBERS[level];
  return `<${priority}>1 ${iso(at)} ${hostname} stance - ${kind} - ${inAscii(body)}`;
}

/** JSON may say any letter by its number. */
function inAscii(json: string): string {
  return json.replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

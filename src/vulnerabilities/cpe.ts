import { decoded } from './fields.ts';

/** What of a CPE names a product (NISTIR 7695). `null` stands for ANY and NA. */
export interface PlatformName {
  readonly part: 'a' | 'h' | 'o';
  readonly vendor: string;
  readonly product: string;
  readonly version: string | null;
  /** The version is NA: somebody left it open, which is not "all". */
  readonly isOpen: boolean;
}

const PARTS = ['a', 'h', 'o'] as const;

/** A CPE 2.3 formatted string, or the URI of 2.2. */
export function readCpe(text: string): PlatformName | null {
  if (text.length > 1_024) return null;
  if (text.startsWith('cpe:2.3:'))
    return named(
      text
        .slice(8)
        .split(/(?<!\\):/)
        .map(unescaped),
    );
  if (text.startsWith('cpe:/')) return named(text.slice(5).split(':').map(decoded));
  return null;
}

function named([part, vendor, product, version, update]: readonly string[]): PlatformName | null {
  const known = PARTS.find((each) => each === part);
  if (known === undefined || isAny(vendor) || isAny(product)) return null;
  const own = isAny(version) ? null : version;
  const whole = own === null || isAny(update) ? own : `${own}-${update}`;
  return { part: known, vendor, product, version: whole, isOpen: version === '-' };
}

function isAny(value: string | undefined): value is undefined {
  return value === undefined || value === '' || value === '*' || value === '-';
}

function unescaped(value: string): string {
  return value.replaceAll(/\\(.)/g, '$1');
}

/** IEEE 802 hardware addresses. */
export interface HardwareAddress {
  /** `aa:bb:cc:dd:ee:ff` */
  readonly canonical: string;
  /** The organisation's three octets; `null` where the address is locally administered, as randomised ones are. */
  readonly vendor: string | null;
}

const GROUP_BIT = 0x01;
const LOCAL_BIT = 0x02;

/** `null` for what is not one machine's address: malformed, zero, multicast, broadcast. */
export function parseHardwareAddress(text: string): HardwareAddress | null {
  const digits = text.trim().toLowerCase().replaceAll(/[:.-]/g, '');
  if (!/^[0-9a-f]{12}$/.test(digits) || /^0+$/.test(digits)) return null;
  const first = Number.parseInt(digits.slice(0, 2), 16);
  if ((first & GROUP_BIT) !== 0) return null;
  const canonical = digits.replaceAll(/(..)(?=.)/g, '$1:');
  return { canonical, vendor: (first & LOCAL_BIT) === 0 ? canonical.slice(0, 8) : null };
}

/** A host name as it is compared: its first label, so that `CAM-7` and `cam-7.acme.com` meet; `null` for none. */
export function normaliseHostName(text: string): string | null {
  const [label = ''] = text.normalize('NFKC').trim().toLowerCase().split('.');
  return label === '' || label === '-' || label === 'localhost' ? null : label;
}

import type { GeneralName, Name } from '@peculiar/asn1-x509';
import { attributes } from './names.ts';

const SERIAL_NUMBER = '2.5.4.5';
/** id-on-hardwareModuleName (RFC 4108 §5). */
const HARDWARE_MODULE = '1.3.6.1.5.5.7.8.4';
const PRINTABLE = /^[\x20-\x7e]+$/;

/** Serial numbers by which a maker names a device (IEEE 802.1AR §8.6): of the subject, and of the hardware module. */
export function serialNumbers(subject: Name, alternatives: readonly GeneralName[]): readonly string[] {
  const modules = alternatives.flatMap(({ otherName }) =>
    otherName?.typeId === HARDWARE_MODULE ? (moduleSerial(Buffer.from(otherName.value)) ?? []) : [],
  );
  return [...new Set([...attributes(subject, SERIAL_NUMBER), ...modules])];
}

/** HardwareModuleName ::= SEQUENCE { hwType OBJECT IDENTIFIER, hwSerialNum OCTET STRING }; as text, or else in hex. */
function moduleSerial(der: Buffer): string | null {
  const sequence = contentOf(der, 0xa0, 0x30);
  const type = sequence === null ? null : elementOf(sequence, 0x06);
  const serial = type === null ? null : elementOf(type.rest, 0x04);
  if (serial === null || serial.rest.length > 0 || serial.content.length === 0) return null;
  const text = serial.content.toString('latin1');
  return PRINTABLE.test(text) ? text : serial.content.toString('hex');
}

/** What is within a tag, itself within another where that one is there: schemas differ in whether they keep the wrapper. */
function contentOf(der: Buffer, wrapper: number, tag: number): Buffer | null {
  const outer = der[0] === wrapper ? elementOf(der, wrapper)?.content : der;
  return outer === undefined ? null : (elementOf(outer, tag)?.content ?? null);
}

/** One element with a short length, and what follows it; honest ones are some dozen bytes. */
function elementOf(der: Buffer, tag: number): { readonly content: Buffer; readonly rest: Buffer } | null {
  const length = der[1] ?? 0x80;
  if (der[0] !== tag || length >= 0x80 || der.length < 2 + length) return null;
  return { content: der.subarray(2, 2 + length), rest: der.subarray(2 + length) };
}

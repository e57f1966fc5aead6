import { createHash } from 'node:crypto';

/** How a text may stand in bytes without standing there as it is (research on privacy §5 and §6). */
export interface Spellings {
  /** In small letters: to be looked for in bytes whose letters were made small. */
  readonly anyCase: readonly string[];
  /** As they are, one byte each (Latin-1). */
  readonly asIs: readonly string[];
}

/** Unkeyed: whoever can guess the text finds it again. */
const HASHES = ['md5', 'sha1', 'sha256'] as const;

export function spellingsOf(text: string): Spellings {
  const small = text.toLowerCase();
  const bytes = [...Buffer.from(small)].map((byte) => byte.toString(16).padStart(2, '0'));
  const digests = [...new Set([text, small, text.toUpperCase()])].flatMap((each) =>
    HASHES.map((hash) => createHash(hash).update(each).digest()),
  );
  return {
    anyCase: [
      small,
      Array.from(small).toReversed().join(''),
      bytes.join(''),
      bytes.join(' '),
      bytes.join(':'),
      bytes.map((byte) => `%${byte}`).join(''),
      bytes.map((byte) => `\\x${byte}`).join(''),
      bytes.map((byte) => `\\u00${byte}`).join(''),
      ...digests.map((digest) => digest.toString('hex')),
      ...hardware(small),
    ],
    asIs: [
      ...[text, small, text.toUpperCase()].flatMap((each) => inBase64(Buffer.from(each))),
      ...digests.flatMap((digest) => [digest.toString('latin1'), ...inBase64(digest)]),
    ],
  };
}

/** What base 64 makes of bytes wherever in longer ones they stand, without the letters that mix them with their neighbours. */
function inBase64(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]);
    const encoded = whole.toString('base64').replaceAll('=', '');
    const inner = encoded.slice(shift === 0 ? 0 : shift + 1, Math.floor((whole.length * 8) / 6));
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** The digits of a hardware address in its other notations. */
function hardware(text: string): readonly string[] {
  if (!/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(text)) return [];
  const digits = text.replaceAll(':', '');
  return [digits, text.replaceAll(':', '-'), digits.replaceAll(/(.{4})(?=.)/g, '$1.')];
}

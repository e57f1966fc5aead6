/**
 * A number is a varint of 4 n + form. Most of telemetry's numbers are small and whole, and take one or two bytes;
 * every other keeps its exact 64 bits.
 */
export const WHOLE = 0;
export const NEGATIVE = 1;
/** n thousandths: shares and scores, which are rounded where they are made. */
export const THOUSANDTHS = 2;
/** n is 0, and the eight bytes of a binary64 follow. */
export const FLOAT = 3;

/** 4 n + form must itself be exact. */
export const MOST = 2 ** 51 - 1;
/** Between two whole numbers of at most this, the difference is at most `MOST`. */
export const MOST_STEPPED = 2 ** 50 - 1;

/** Seven bits a byte: as many as any safe integer needs. */
export const VARINT_BYTES = 8;

import { styleText } from 'node:util';
import { withoutUnseen } from '../model/index.ts';

export type Paint = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

/** Stands for the escape of our own colours until a text is written: half a character, as no name of a file is decoded to. */
const INK = '\uD800';
const INKED = /\uD800\[\d{1,2}m/gu;
const ESCAPE = '\u001B';

export function painted(colour: Paint, text: string): string {
  return styleText(colour, text, { validateStream: false }).replaceAll(ESCAPE, INK);
}

/** What somebody wrote, or named a file, as text alone: one line, and no control of a terminal but our own colours. */
export function asText(written: string): string {
  return withoutUnseen(written, ' ');
}

/** How many places it takes. */
export function widthOf(text: string): number {
  return Array.from(text.replaceAll(INKED, '')).length;
}

/** As it is written to a screen: its lines and colours are ours, no other control is. */
export function onScreen(text: string): string {
  const lines = text.split('\n').map((line) => asText(line).replaceAll(INKED, escaped));
  return lines.join('\n');
}

function escaped(ink: string): string {
  return ink.replace(INK, ESCAPE);
}

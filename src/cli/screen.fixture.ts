import type { Screen } from './terminal.ts';

/** A screen that remembers what was written. */
export class RememberedScreen implements Screen {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 60;

  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

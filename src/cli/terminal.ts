import { onScreen, type Paint, painted } from './screen-text.ts';

/** A stream that may be a terminal. */
export interface Screen {
  write(text: string): unknown;
  /** Whoever read it has gone. */
  readonly isUnread?: boolean;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The only place that writes to standard output and standard error. */
export class Terminal {
  readonly isJson: boolean;
  readonly stderr: Screen;
  readonly #stdout: Screen;
  readonly #isColoured: boolean;
  #hasAnswered = false;

  constructor(settings: { stdout: Screen; stderr: Screen; isJson: boolean; noColour: boolean }) {
    const { stdout, stderr, isJson, noColour } = settings;
    this.isJson = isJson;
    this.stderr = stderr;
    this.#stdout = stdout;
    this.#isColoured = stdout.isTTY === true && !noColour && !isJson;
  }

  /** What the command found: exactly one JSON object, or text for a person. */
  answer(data: object, text: () => string): void {
    if (!this.isJson) {
      const body = text();
      this.#stdout.write(onScreen(body.endsWith('\n') ? body : `${body}\n`));
    } else if (!this.#hasAnswered) {
      this.#stdout.write(`${JSON.stringify(data)}\n`);
    }
    this.#hasAnswered = true;
  }

  /** Nobody reads the answer any more. */
  get isUnread(): boolean {
    return this.#stdout.isUnread === true;
  }

  /** One of many things that are answered one after the other. */
  line(text: string): void {
    this.#stdout.write(`${onScreen(text)}\n`);
    this.#hasAnswered = true;
  }

  /** The same for a program. */
  jsonLine(data: object): void {
    this.#stdout.write(`${JSON.stringify(data)}\n`);
    this.#hasAnswered = true;
  }

  /** A word to the person beside the answer. */
  tell(text: string): void {
    this.stderr.write(`${onScreen(text)}\n`);
  }

  /** A failure: for a person on standard error, for a program the one JSON object. */
  fail(code: string, message: string): void {
    this.tell(`stance: ${message}`);
    if (this.isJson) this.answer({ error: { code, message } }, () => '');
  }

  paint(colour: Paint, text: string): string {
    return this.#isColoured ? painted(colour, text) : text;
  }
}

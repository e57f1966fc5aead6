import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const HEADER = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tconn',
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state',
  '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring',
  '',
].join('\n');

/** Machines of the site, and where they go: few favourites each, now and then somewhere else. */
const MACHINES = 2_000;
const SERVERS = 5_000;
/** A log is rotated like a real one, and what was rotated is removed after two more. */
const ROTATE_LINES = 3_000_000;

/** A sensor that writes a connection log at a given rate, as Zeek does: live, rotated, in order of time. */
export class Sensor {
  readonly #folder: string;
  #file: FileHandle | null = null;
  #inFile = 0;
  #rotation = 0;
  #written = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get written(): number {
    return this.#written;
  }

  async write(lines: number, now: number): Promise<void> {
    if (this.#file === null || this.#inFile >= ROTATE_LINES) await this.#rotate();
    let text = '';
    for (let i = 0; i < lines; i++) text += line(this.#written + i, now / 1_000);
    await this.#file?.write(text);
    this.#written += lines;
    this.#inFile += lines;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #rotate(): Promise<void> {
    const current = join(this.#folder, 'conn.log');
    if (this.#file !== null) {
      await this.#file.close();
      await rename(current, join(this.#folder, `conn.${this.#rotation}.log`));
      await rm(join(this.#folder, `conn.${this.#rotation - 2}.log`), { force: true });
      this.#rotation++;
    }
    this.#file = await open(current, 'w');
    // Each rotation begins otherwise: a log is known by its beginning.
    await this.#file.write(`${HEADER}#open\t${this.#rotation}\n`);
    this.#inFile = 0;
  }
}

function line(n: number, seconds: number): string {
  const machine = (n * 7) % MACHINES;
  const server = n % 10 === 0 ? (n * 31) % SERVERS : (machine * 3 + (n % 4)) % SERVERS;
  const port = n % 3 === 0 ? 53 : 443;
  const source = `10.${(machine >> 8) & 255}.${machine & 255}.7`;
  return `${seconds.toFixed(3)}\tC${n.toString(36)}\t${source}\t${1_024 + (n % 60_000)}\t198.${18 + ((server >> 8) & 1)}.${server >> 8}.${server & 255}\t${port}\ttcp\t-\t0.01\t120\t${n % 9_000}\tSF\n`;
}

import { JsonScanner } from './json-scanner.ts';

const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Per member: where its name begins and ends (without quotes), where its value begins and ends. */
const MARKS = 4;

/** Where the members of one JSON object stand in its text. */
export class JsonMembers {
  readonly #scanner = new JsonScanner();
  #isObject = false;
  #marks = new Int32Array(64 * MARKS);
  #count = 0;
  /** Names written with escapes, by their member. */
  readonly #decodedNames = new Map<number, string>();

  /** Whether this is JSON text; which it need not be of an object. */
  load(bytes: Buffer, start: number, end: number): boolean {
    const scanner = this.#scanner;
    this.#count = 0;
    this.#decodedNames.clear();
    scanner.load(bytes, start, end);
    this.#isObject = scanner.next() === OPEN_OBJECT;
    const isSound = this.#isObject ? this.#readMembers() : scanner.value();
    scanner.next();
    return isSound && scanner.at === end;
  }

  get isObject(): boolean {
    return this.#isObject;
  }

  /** The member of this name, of several the last, as `JSON.parse` has it; -1 where there is none. */
  find(name: string): number {
    for (let member = this.#count - 1; member >= 0; member--) {
      if (this.#isNamed(member, name)) return member;
    }
    return -1;
  }

  valueStart(member: number): number {
    return this.#marks[member * MARKS + 2] ?? 0;
  }

  valueEnd(member: number): number {
    return this.#marks[member * MARKS + 3] ?? 0;
  }

  #readMembers(): boolean {
    const scanner = this.#scanner;
    scanner.at++;
    if (scanner.takes(CLOSE_OBJECT)) return true;
    do {
      if (!this.#readMember()) return false;
    } while (scanner.takes(COMMA));
    return scanner.takes(CLOSE_OBJECT);
  }

  #readMember(): boolean {
    const scanner = this.#scanner;
    const at = this.#count * MARKS;
    if (at === this.#marks.length) this.#widen();
    scanner.next();
    this.#marks[at] = scanner.at + 1;
    if (!scanner.string()) return false;
    this.#marks[at + 1] = scanner.at - 1;
    if (scanner.isEscaped) this.#decodeName();
    if (!scanner.takes(COLON)) return false;
    scanner.next();
    this.#marks[at + 2] = scanner.at;
    if (!scanner.value()) return false;
    this.#marks[at + 3] = scanner.at;
    this.#count++;
    return true;
  }

  /** Of the member that is being read. */
  #decodeName(): void {
    const { bytes, at } = this.#scanner;
    const start = (this.#marks[this.#count * MARKS] ?? 0) - 1;
    this.#decodedNames.set(this.#count, String(JSON.parse(bytes.toString('utf8', start, at))));
  }

  #widen(): void {
    const wider = new Int32Array(this.#marks.length * 2);
    wider.set(this.#marks);
    this.#marks = wider;
  }

  #isNamed(member: number, name: string): boolean {
    const { bytes } = this.#scanner;
    const start = this.#marks[member * MARKS] ?? 0;
    const end = this.#marks[member * MARKS + 1] ?? 0;
    const decoded = this.#decodedNames.size === 0 ? undefined : this.#decodedNames.get(member);
    if (decoded !== undefined) return decoded === name;
    if (end - start !== name.length) return false;
    for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name.charCodeAt(i)) return false;
    return true;
  }
}

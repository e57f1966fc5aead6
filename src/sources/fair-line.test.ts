import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairLine } from './fair-line.ts';

interface Sent {
  readonly sender: string;
  readonly part: string;
  readonly cost: number;
}

const anySent: fc.Arbitrary<Sent> = fc.record({
  sender: fc.constantFrom('a', 'b', 'c'),
  part: fc.constantFrom('', 'x', 'y'),
  cost: fc.integer({ min: 1, max: 50 }),
});
const many = { minLength: 1, maxLength: 60, size: 'max' } as const;

/** A line in which something is under way until it is let go, and what was begun in it. */
class Held {
  readonly begun: Sent[] = [];
  readonly line = new FairLine();
  #letGo: (() => void) | null = null;

  send(sent: Sent): Promise<void> {
    return this.line.next([sent.sender, sent.part], sent.cost, () => {
      this.begun.push(sent);
      return new Promise((resolve) => (this.#letGo = resolve));
    });
  }

  /** What is under way ends. */
  async end(): Promise<void> {
    this.#letGo?.();
    this.#letGo = null;
    for (let turn = 0; turn < 6; turn++) await Promise.resolve();
  }

  async endAll(): Promise<void> {
    for (let before = -1; before < this.begun.length; ) {
      before = this.begun.length;
      await this.end();
    }
  }
}

test('[PRESS-14] each is done once, those of one part of a sender in their order, one at a time', () =>
  fc.assert(
    fc.asyncProperty(fc.array(anySent, many), async (all) => {
      const held = new Held();
      const sending = all.map((sent) => held.send(sent));
      await held.end();
      expect(held.begun.length).toBeLessThanOrEqual(2);
      await held.endAll();
      await Promise.all(sending);
      expect(new Set(held.begun).size).toBe(all.length);
      for (const of of all) {
        const isOf = ({ sender, part }: Sent) => sender === of.sender && part === of.part;
        expect(held.begun.filter(isOf)).toEqual(all.filter(isOf));
      }
    }),
  ));

test.each<[string, Sent, (before: Sent) => string]>([
  ['each other sender', { sender: 'quiet', part: '', cost: 1 }, ({ sender }) => sender],
  [
    'each other part of its sender',
    { sender: 'a', part: 'quiet', cost: 1 },
    ({ sender, part }) => (sender === 'a' ? part : ''),
  ],
])('[PRESS-14] who begins to wait has at most one thing of %s before it', (_, quiet, nameOf) =>
  fc.assert(
    fc.asyncProperty(fc.array(anySent, many), fc.nat(40), async (flood, ended) => {
      const held = new Held();
      const sending = flood.map((sent) => held.send(sent));
      for (let turn = 0; turn < Math.min(ended, flood.length - 1); turn++) await held.end();
      const before = held.begun.length;
      sending.push(held.send(quiet));
      await held.endAll();
      await Promise.all(sending);
      const names = held.begun
        .slice(before, held.begun.indexOf(quiet))
        .filter(({ sender }) => quiet.sender === 'quiet' || sender === quiet.sender)
        .map(nameOf);
      expect(names).toEqual([...new Set(names)]);
    }),
  ),
);

test('[PRESS-14] of those who have something waiting all along, none is done more for than another, but for one thing of each', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 30, maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 30, maxLength: 30 }),
      async (ofA, ofB) => {
        const held = new Held();
        const all = [
          ...ofA.map((cost): Sent => ({ sender: 'a', part: '', cost })),
          ...ofB.map((cost): Sent => ({ sender: 'b', part: '', cost })),
        ];
        const sending = all.map((sent) => held.send(sent));
        const done = { a: 0, b: 0 };
        const left = { a: ofA.length, b: ofB.length };
        await held.end();
        for (let at = 0; left.a > 0 && left.b > 0; at++) {
          const { sender, cost } = held.begun[at] as Sent & { sender: 'a' | 'b' };
          done[sender] += cost;
          left[sender]--;
          expect(Math.abs(done.a - done.b)).toBeLessThanOrEqual(2 * 50);
          await held.end();
        }
        await held.endAll();
        await Promise.all(sending);
      },
    ),
  ));

test('[PRESS-14] one that fails tells its sender, and keeps nobody waiting', async () => {
  const line = new FairLine();
  const failing = line.next(['a', ''], 1, () => Promise.reject(new Error('no room')));
  const next = line.next(['a', ''], 1, async () => 'done');
  await expect(failing).rejects.toThrow('no room');
  expect(await next).toBe('done');
});

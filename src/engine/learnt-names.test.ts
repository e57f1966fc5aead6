import { expect, test } from 'vitest';
import type { Address } from '../model/index.ts';
import { dns, HQ, sealed, START } from './engine-harness.fixture.ts';
import { LearntNames } from './learnt-names.ts';

const addresses = (count: number, net: number) =>
  Array.from({ length: count }, (_, i) => `198.${net}.${i >> 8}.${i & 255}`);

function asked(names: LearntNames, client: string, query: string, answers: readonly string[]): void {
  for (const event of sealed([dns(START, client, { query, addresses: answers })])) names.learn(event);
}

const nameOf = (names: LearntNames, client: string, server: string) =>
  names.nameOf(HQ, client as Address, server as Address)?.domain ?? null;

test('a connection is called what its own client asked for', () => {
  const names = new LearntNames();
  asked(names, '10.0.0.1', 'a.example.com', ['198.51.100.1']);
  asked(names, '10.0.0.2', 'b.example.org', ['198.51.100.1']);
  expect(nameOf(names, '10.0.0.1', '198.51.100.1')).toBe('example.com');
  expect(nameOf(names, '10.0.0.2', '198.51.100.1')).toBe('example.org');
  expect(nameOf(names, '10.0.0.3', '198.51.100.1')).toBeNull();
});

test('[ENGINE-13] a client that asks for everything makes nobody else forget', () => {
  const names = new LearntNames(5_000);
  asked(names, '10.0.0.1', 'a.example.com', ['203.0.113.1']);
  for (const net of [18, 19, 51]) asked(names, '10.0.0.66', 'flood.example.net', addresses(4_000, net));
  expect(nameOf(names, '10.0.0.1', '203.0.113.1')).toBe('example.com');
  expect(nameOf(names, '10.0.0.66', addresses(4_000, 51).at(-1) ?? '')).toBe('example.net');
  expect(nameOf(names, '10.0.0.66', addresses(1, 18)[0] ?? '')).toBeNull();
});

test('many clients cost bounded memory: who asked longest ago is forgotten', () => {
  const names = new LearntNames(100);
  for (let i = 0; i < 200; i++) asked(names, `10.0.1.${i}`, 'a.example.com', ['203.0.113.1']);
  expect(nameOf(names, '10.0.1.0', '203.0.113.1')).toBeNull();
  expect(nameOf(names, '10.0.1.199', '203.0.113.1')).toBe('example.com');
});

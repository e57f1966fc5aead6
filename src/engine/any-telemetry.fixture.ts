import fc from 'fast-check';
import { DAY_MS, type Event, HOUR_MS, MINUTE_MS, type Observation } from '../model/index.ts';
import {
  certificate,
  connection,
  dns,
  sealed,
  signIn,
  START,
  tls,
  vulnerability,
} from './engine-harness.fixture.ts';

/** A destination that some tests list. */
export const C2 = '203.0.113.66';
const LOCAL = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'];
export const REMOTE = ['198.51.100.1', '198.51.100.2', C2];

const local = fc.constantFrom(...LOCAL);
const anywhere = fc.constantFrom(...LOCAL, ...REMOTE);
const account = fc.constantFrom('ann@acme.example', 'ACME\\bob', 'http/files.acme.example@ACME.EXAMPLE');

/** Anything that may happen at an instant. */
function happening(time: number): fc.Arbitrary<Observation> {
  return fc.oneof(
    { weight: 6, arbitrary: connectionAt(time) },
    fc
      .tuple(local, fc.constantFrom(...REMOTE))
      .map(([from, to]) => dns(time, from, { query: 'www.example.com', addresses: [to] })),
    fc.tuple(local, fc.constantFrom('a', 'b')).map(([server, key]) => tls(time, server, key)),
    fc
      .constantFrom('a', 'b')
      .map((key) => certificate(time, key, { notBefore: START - 300 * DAY_MS, notAfter: START + DAY_MS })),
    fc
      .tuple(local, account, fc.constantFrom('success' as const, 'failure' as const))
      .map(([from, who, outcome]) => signIn(time, from, who, outcome)),
    fc
      .tuple(local, fc.boolean(), fc.boolean())
      .map(([address, exploited, resolved]) => vulnerability(time, address, { exploited, resolved })),
  );
}

function connectionAt(time: number): fc.Arbitrary<Observation> {
  return fc
    .tuple(
      local,
      anywhere,
      fc.constantFrom(22, 443, 445),
      fc.constantFrom('established' as const, 'unanswered' as const, 'blocked' as const),
      fc.nat(10_000_000),
    )
    .map(([from, to, port, outcome, bytesOut]) => connection(time, from, to, { port, outcome, bytesOut }));
}

/**
 * Minutes to hours pass between one event and the next; some come late. Some sixty events of days: enough for what
 * counts to fade, and for a share of connections to mean something.
 */
export const anyTelemetry: fc.Arbitrary<readonly Event[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 120 }), fc.boolean()), {
    minLength: 1,
    maxLength: 120,
    size: 'max',
  })
  .chain((gaps) => {
    let time = START;
    const instants = gaps.map(([minutes, isLate]) => {
      time += minutes * MINUTE_MS;
      return isLate ? time - 6 * HOUR_MS : time;
    });
    return fc.tuple(...instants.map(happening));
  })
  .map(sealed);

import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { Gate } from './gate.ts';
import { type ClientJudgement, Provers } from './provers.ts';

const nobody = async () => ({ kind: 'refused', refusal: 'malformed' }) as const;

/** A request over a connection of its own, whose peer showed a certificate. */
function shown(ip: string): FastifyRequest {
  const socket = {
    getPeerX509Certificate: () => ({ raw: Buffer.from('shown'), issuerCertificate: undefined }),
  };
  return { ip, headers: {}, raw: { socket } } as unknown as FastifyRequest;
}

test('[PKI-7] of one address only so many are judged at once', async () => {
  const { promise, resolve } = Promise.withResolvers<ClientJudgement>();
  const provers = new Provers(
    { judge: () => promise, judgeToken: nobody },
    new Gate({ places: 4, bytes: 1e9 }),
  );
  const from = (ip: string) => provers.of(shown(ip));
  const first = [from('10.0.0.1'), from('10.0.0.1'), from('10.0.0.1')];
  expect(await from('10.0.0.1')).toMatchObject({ kind: 'busy' });
  const other = from('10.0.0.2');
  resolve({ kind: 'refused', prover: null });
  expect(await Promise.all([...first, other])).toEqual(
    Array.from({ length: 4 }, () => ({ kind: 'refused', code: 'certificate_refused' })),
  );
  expect(await from('10.0.0.1')).toMatchObject({ kind: 'refused' });
});

test('[EST-5] what nobody could judge while Stance started is judged with the next request', async () => {
  const judgements: ClientJudgement[] = [{ kind: 'starting' }, { kind: 'prover', prover: 'dev_a' }];
  const provers = new Provers(
    { judge: async () => judgements.shift() ?? { kind: 'refused', prover: null }, judgeToken: nobody },
    new Gate({ places: 4, bytes: 1e9 }),
  );
  const request = shown('10.0.0.1');
  expect(await provers.of(request)).toEqual({ kind: 'starting' });
  expect(await provers.of(request)).toEqual({ kind: 'prover', prover: 'dev_a' });
  expect(await provers.of(request)).toEqual({ kind: 'prover', prover: 'dev_a' });
});

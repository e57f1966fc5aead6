import { describe, expect, test } from 'vitest';
import { type BindingRequest, decideBinding, isLoopback } from './binding.ts';

const request: BindingRequest = {
  host: '127.0.0.1',
  port: 7117,
  tls: null,
  behindTlsProxy: false,
  tokensConfigured: false,
  allowedHosts: [],
};
const tls = { cert: Buffer.from('cert'), key: Buffer.from('key') };

function reasons(changes: Partial<BindingRequest>): string {
  const decision = decideBinding({ ...request, ...changes });
  return decision.ok ? '' : decision.reasons.join('\n');
}

describe('binding', () => {
  test.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost', 'LOCALHOST'])('%s is loopback', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  test.each(['0.0.0.0', '::', '', '10.0.0.1', '128.0.0.1', 'localhost.example.org', 'example.org'])(
    '"%s" is not loopback',
    (host) => expect(isLoopback(host)).toBe(false),
  );

  test('[HTTP-1] loopback needs nothing, and answers to the loopback names only', () => {
    expect(decideBinding(request)).toEqual({
      ok: true,
      binding: {
        host: '127.0.0.1',
        port: 7117,
        tls: null,
        allowedHosts: ['localhost', '127.0.0.1', '[::1]'],
        tokensRequired: false,
      },
    });
  });

  test('[HTTP-2] another address is refused without TLS, tokens and names, each with what to do', () => {
    const said = reasons({ host: '0.0.0.0' });
    expect(said).toMatch(/TLS: give a certificate and key file, or --behind-tls-proxy/);
    expect(said).toMatch(/at least one token/);
    expect(said).toMatch(/allowed_hosts/);
  });

  test.each([
    ['tokens alone', { tokensConfigured: true }],
    ['TLS files alone', { tls }],
    ['a declared proxy alone', { behindTlsProxy: true }],
  ])('[HTTP-2] another address is refused with %s', (_what, changes) => {
    expect(reasons({ host: '192.0.2.1', ...changes })).not.toBe('');
  });

  test.each([
    ['TLS files', { tls }],
    ['a declared proxy', { behindTlsProxy: true }],
  ])('[HTTP-2] another address may be used with tokens and %s, and requires a token', (_what, changes) => {
    const decision = decideBinding({ ...request, host: '192.0.2.1', tokensConfigured: true, ...changes });
    expect(decision.ok && decision.binding.tokensRequired).toBe(true);
    expect(decision.ok && decision.binding.allowedHosts).toContain('192.0.2.1');
  });

  test('[HTTP-2] loopback behind a proxy is reachable, so it needs tokens and a name', () => {
    expect(reasons({ behindTlsProxy: true })).toMatch(/token.*\n.*allowed_hosts/);
    const named = { behindTlsProxy: true, tokensConfigured: true, allowedHosts: ['Stance.Example'] };
    const decision = decideBinding({ ...request, ...named });
    expect(decision.ok && decision.binding.allowedHosts).toContain('stance.example');
  });

  test('an IPv6 address is allowed as it stands in a Host header', () => {
    const decision = decideBinding({ ...request, host: '2001:db8::1', tokensConfigured: true, tls });
    expect(decision.ok && decision.binding.allowedHosts).toContain('[2001:db8::1]');
  });
});

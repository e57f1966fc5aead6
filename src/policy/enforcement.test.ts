import { describe, expect, test } from 'vitest';
import type { Address, Fingerprint, Policy } from '../model/index.ts';
import { compilePolicies } from './decider.ts';
import type { PolicyDestination } from './destination-table.ts';
import { Enforcement } from './enforcement.ts';

const C2_BLOCK: Policy = {
  id: 'pol_c2_block_global',
  description: null,
  priority: 1_000,
  action: 'deny',
  mode: 'enforce',
  subject: {},
  destination: { categories: ['c2_server'] },
};
const CAMERAS_ONLY: Policy = {
  ...C2_BLOCK,
  id: 'pol_camera_mgmt_only',
  priority: 2_000,
  subject: { kinds: ['ip_camera'] },
  destination: { except: { domains: ['example.org'] } },
};
const C2: PolicyDestination = {
  address: '45.9.148.1' as Address,
  name: null,
  categories: ['c2_server'],
  party: null,
  internal: false,
  protocol: null,
  port: null,
};
const SITES = ['depot', 'hq'];

const decider = (...policies: Policy[]) => compilePolicies(policies, (name) => name as Fingerprint);

function withDenial(...policies: Policy[]): Enforcement {
  const enforcement = new Enforcement(decider(...policies));
  for (const { id } of policies) enforcement.observeDenial(id, 'hq', 1_000);
  return enforcement;
}

describe('[POLICY-ENFORCED-1] a rule is enforced where its denials were seen', () => {
  test('not because it exists', () => {
    expect(new Enforcement(decider(C2_BLOCK)).blockFor(C2, SITES)).toBeNull();
  });

  test('at that site, until a forbidden connection gets through, and again after the next denial', () => {
    const enforcement = withDenial(C2_BLOCK);
    expect(enforcement.enforcedSites(C2_BLOCK.id)).toEqual(['hq']);
    enforcement.observePassed(C2_BLOCK.id, 'depot', 2_000);
    expect(enforcement.enforcedSites(C2_BLOCK.id)).toEqual(['hq']);
    enforcement.observePassed(C2_BLOCK.id, 'hq', 2_000);
    expect(enforcement.enforcedSites(C2_BLOCK.id)).toEqual([]);
    enforcement.observeDenial(C2_BLOCK.id, 'hq', 3_000);
    expect(enforcement.enforcedSites(C2_BLOCK.id)).toEqual(['hq']);
  });

  test('the order in which late records come does not matter', () => {
    const enforcement = withDenial(C2_BLOCK);
    enforcement.observePassed(C2_BLOCK.id, 'hq', 500);
    expect(enforcement.enforcedSites(C2_BLOCK.id)).toEqual(['hq']);
  });

  test('never in mode monitor, and never for a policy that is not ours', () => {
    expect(withDenial({ ...C2_BLOCK, mode: 'monitor' }).enforcedSites(C2_BLOCK.id)).toEqual([]);
    const enforcement = withDenial(C2_BLOCK);
    enforcement.observeDenial('pol_invented', 'hq', 1_000);
    expect(enforcement.snapshot()).toEqual([
      ['pol_c2_block_global', [['hq', { denied: 1_000, passed: null }]]],
    ]);
  });

  test('evidence outlives a reload of the same rule, not its new wording', () => {
    const enforcement = withDenial(C2_BLOCK);
    enforcement.activate(decider({ ...C2_BLOCK, description: 'new words' }, CAMERAS_ONLY));
    expect(enforcement.enforcedSites(C2_BLOCK.id)).toEqual(['hq']);
    enforcement.activate(decider({ ...C2_BLOCK, destination: { categories: ['botnet'] } }));
    expect(enforcement.enforcedSites(C2_BLOCK.id)).toEqual([]);
  });
});

describe('[POLICY-BLOCK-1] a destination is blocked in the fleet', () => {
  test('by the enforced deny rule of the highest priority that covers it', () => {
    const stronger: Policy = { ...C2_BLOCK, id: 'pol_stronger', priority: 1_500 };
    expect(withDenial(C2_BLOCK).blockFor(C2, SITES)).toEqual({
      policy: 'pol_c2_block_global',
      sites: ['hq'],
    });
    expect(withDenial(C2_BLOCK, stronger).blockFor(C2, SITES)).toEqual({
      policy: 'pol_stronger',
      sites: ['hq'],
    });
    expect(withDenial(C2_BLOCK).blockFor({ ...C2, categories: [] }, SITES)).toBeNull();
    expect(withDenial(C2_BLOCK).blockFor(C2, ['depot'])).toBeNull();
  });

  test('also for some subjects only, where the rule names it', () => {
    expect(withDenial({ ...C2_BLOCK, subject: { kinds: ['ip_camera'] } }).blockFor(C2, SITES)).not.toBeNull();
  });

  test('not by a rule that forbids cameras everything but their maker', () => {
    expect(withDenial(CAMERAS_ONLY).blockFor({ ...C2, categories: [] }, SITES)).toBeNull();
  });

  test('not on single ports only, nor where everyone is let through before', () => {
    const destination = { ...C2_BLOCK.destination, ports: [443] };
    expect(withDenial({ ...C2_BLOCK, destination }).blockFor(C2, SITES)).toBeNull();
    const allowed: Policy = { ...C2_BLOCK, id: 'pol_allow', action: 'allow', priority: 9_000 };
    expect(withDenial(C2_BLOCK, allowed).blockFor(C2, SITES)).toBeNull();
    expect(
      withDenial(C2_BLOCK, { ...allowed, subject: { kinds: ['lab'] } }).blockFor(C2, SITES),
    ).not.toBeNull();
  });
});

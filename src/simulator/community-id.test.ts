import { expect, test } from 'vitest';
import { communityId } from './community-id.ts';

test('gives the specification’s own example, from either side', () => {
  const expected = '1:LQU9qZlK+B5F3KDmev6m5PMibrg=';
  expect(communityId('tcp', '128.232.110.120', 34_855, '66.35.250.204', 80)).toBe(expected);
  expect(communityId('tcp', '66.35.250.204', 80, '128.232.110.120', 34_855)).toBe(expected);
});

test('tells protocols apart', () => {
  const flow = ['10.0.0.1', 5_000, '10.0.0.2', 53] as const;
  expect(communityId('udp', ...flow)).not.toBe(communityId('tcp', ...flow));
});

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fixedReader, type Question } from '../../test/mcp/fixed-reader.ts';
import { callControl } from './control-client.ts';
import { ControlError, type ControlServer, createControlServer } from './control.ts';
import { askOperation, remoteReader } from './remote-reader.ts';

let folder: string;
let socketPath: string;
let server: ControlServer;
let begun = Promise.withResolvers<void>();
let held = Promise.withResolvers<void>();
const questions: Question[] = [];
const faults: unknown[] = [];

const reportFault = (_where: string, cause: unknown) => `ref-${faults.push(cause)}`;

const operations = {
  ask: askOperation(fixedReader(questions)),
  count: async (args: unknown, progress: (step: unknown) => void) => {
    for (const step of [1, 2, 3]) progress({ step });
    return { counted: args };
  },
  refuse: () =>
    Promise.reject(new ControlError('not_simulated', 'This directory holds real data; use --force.')),
  slow: async () => {
    begun.resolve();
    await held.promise;
    return 'done';
  },
  fault: () => Promise.reject(new Error('EIO /srv/secret')),
  vanish: async () => {
    await server.close();
    return 'never seen';
  },
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stance-control-'));
  socketPath = join(folder, 'control.sock');
  [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  server = await createControlServer({ operations, socketPath, reportFault });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('the control socket', () => {
  test('[HTTP-9] streams progress and ends with the result', async () => {
    const steps: unknown[] = [];
    const result = await callControl(socketPath, 'count', { to: 3 }, (step) => steps.push(step));
    expect(steps).toEqual([{ step: 1 }, { step: 2 }, { step: 3 }]);
    expect(result).toEqual({ counted: { to: 3 } });
  });

  test('[HTTP-9] can be opened by its owner only', () => {
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
  });

  test('[HTTP-9] passes an expected failure on, and of a fault only the reference', async () => {
    await expect(callControl(socketPath, 'refuse', {})).rejects.toMatchObject({
      code: 'not_simulated',
      message: 'This directory holds real data; use --force.',
    });
    const fault = await callControl(socketPath, 'fault', {}).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'internal', message: expect.stringMatching(/incident ref-\d+/) });
    expect(String(fault)).not.toMatch(/secret/);
    expect(String(faults.at(-1))).toMatch(/secret/);
  });

  test('an unknown operation, even one that every object has, is refused by name', async () => {
    for (const name of ['nothing', 'constructor', '__proto__']) {
      await expect(callControl(socketPath, name, {})).rejects.toMatchObject({ code: 'unknown_operation' });
    }
  });

  test('arguments beyond the bound are refused', async () => {
    const args = { text: 'x'.repeat(2_000_000) };
    await expect(callControl(socketPath, 'count', args)).rejects.toMatchObject({ code: 'too_large' });
  });

  test('nobody there, and somebody who goes away, are told apart', async () => {
    await expect(callControl(join(folder, 'no.sock'), 'count', {})).rejects.toMatchObject({
      code: 'not_running',
    });
    await expect(callControl(socketPath, 'vanish', {})).rejects.toMatchObject({ code: 'connection_lost' });
    await expect(callControl(socketPath, 'count', {})).rejects.toMatchObject({ code: 'not_running' });
  });

  test('[CLI-25] who was asked for closes when all have got their answers, and then takes nobody', async () => {
    const asked = callControl(socketPath, 'slow', {});
    await begun.promise;
    const closing = server.closeWhenIdle();
    // While the one goes on, another may come.
    await expect(callControl(socketPath, 'count', 1)).resolves.toEqual({ counted: 1 });
    held.resolve();
    await expect(asked).resolves.toBe('done');
    await closing;
    await expect(callControl(socketPath, 'count', 1)).rejects.toMatchObject({ code: 'not_running' });
  });

  test('a socket left by a crash is replaced', async () => {
    const left = join(folder, 'left.sock');
    writeFileSync(left, '');
    const second = await createControlServer({ operations, socketPath: left, reportFault: () => 'ref' });
    await expect(callControl(left, 'count', 1)).resolves.toEqual({ counted: 1 });
    await second.close();
  });

  test('[HTTP-10] a remote reader gives the same outcomes as the owner’s own', async () => {
    const [near, far] = [fixedReader(), remoteReader(socketPath, folder)];
    for (const id of ['dev_camera_floor3_east', 'dev_nobody']) {
      const asked = ['get_device_posture', { device_id: id }, 'sarah'] as const;
      expect(await far.ask(...asked)).toEqual(await near.ask(...asked));
    }
    expect(questions.at(-1)).toEqual({
      tool: 'get_device_posture',
      input: { device_id: 'dev_nobody' },
      asker: 'sarah',
    });
  });

  test('[HTTP-12] an owner that is gone, before or while it is asked, is no fault: who asks is told what to do', async () => {
    const reader = remoteReader(socketPath, '/srv/fleet');
    await server.close();
    server = await createControlServer({ operations: { ask: operations.vanish }, socketPath, reportFault });
    const question = ['get_fleet_posture', {}, 'sarah'] as const;
    expect(await reader.ask(...question)).toMatchObject({
      ok: false,
      problem: {
        code: 'not_ready',
        message: expect.stringContaining('went away before it answered'),
        nearest: [],
      },
    });
    expect(await reader.ask(...question)).toMatchObject({
      ok: false,
      problem: {
        code: 'not_ready',
        message: expect.stringContaining('start it again with `stance serve --data /srv/fleet`'),
        nearest: [],
      },
    });
  });
});

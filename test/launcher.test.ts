import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const checkout = fileURLToPath(new URL('..', import.meta.url));
const bundledNode = `node-${process.platform}-${process.arch}`;
const pretending = mkdtempSync(join(tmpdir(), 'stance-older-node-'));
const olderNode = findOlderNode();
/** An older Node where the machine has one, else ours that says it were one: the launcher asks no more of it. */
const older: readonly [string, ...string[]] =
  olderNode === undefined ? [process.execPath, pretender()] : [olderNode];

afterAll(() => rmSync(pretending, { recursive: true }));

function pretender(): string {
  const file = join(pretending, 'older-node.mjs');
  writeFileSync(
    file,
    `import { pathToFileURL } from 'node:url';
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.0.0' } });
    process.argv.splice(1, 1);
    await import(pathToFileURL(process.argv[1]));`,
  );
  return file;
}

function findOlderNode(): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'node'));
  return candidates.find((path) => {
    if (!existsSync(path)) return false;
    const { stdout } = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' });
    return Number.parseInt(stdout, 10) < 24;
  });
}

function run([node, ...before]: readonly [string, ...string[]], packageFolder: string, ...args: string[]) {
  return spawnSync(node, [...before, join(packageFolder, 'bin/stance.mjs'), ...args], { encoding: 'utf8' });
}

describe('the launcher in a checkout', () => {
  it('[START-1] stays in the process of a Node that is new enough', () => {
    const { status, stdout, stderr } = run([process.execPath], checkout, '--version', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ node: process.version });
  });

  it('[START-1] started by an older Node, runs under the Node of its own package', () => {
    const { status, stdout, stderr } = run(older, checkout, '--version', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ node: expect.stringMatching(/^v24\./) });
  });
});

describe('the launcher of an installed package, started by an older Node', () => {
  let project: string;
  let installed: string;

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'stance-launcher-'));
    installed = join(project, 'node_modules/stance');
    mkdirSync(join(installed, 'dist/cli'), { recursive: true });
    cpSync(join(checkout, 'bin'), join(installed, 'bin'), { recursive: true });
    writeFileSync(join(installed, 'package.json'), '{ "type": "module" }');
  });

  afterAll(() => rmSync(project, { recursive: true }));

  function installMain(source: string): void {
    writeFileSync(join(installed, 'dist/cli/main.js'), source);
  }

  it('[START-2] names the file it looked for when the package of Node is missing', () => {
    installMain('');
    const { status, stdout, stderr } = run(older, installed);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`${bundledNode}/bin/node`);
    expect(stderr).toContain('Node 24');
  });

  describe('beside the package of Node', () => {
    beforeAll(() =>
      symlinkSync(join(checkout, 'node_modules', bundledNode), join(project, 'node_modules', bundledNode)),
    );

    it('[START-1] runs the built files under Node 24', () => {
      installMain('console.log(process.version, ...process.argv.slice(2))');
      expect(run(older, installed, 'one', '--two').stdout).toMatch(/^v24\.\S+ one --two\n$/);
    });

    it('[START-3] ends with the exit code of the product', () => {
      installMain('process.exitCode = 7');
      expect(run(older, installed)).toMatchObject({ status: 7, signal: null });
    });

    it('[START-3] ends by the signal that ended the product', () => {
      installMain('process.kill(process.pid, "SIGKILL")');
      expect(run(older, installed)).toMatchObject({ status: null, signal: 'SIGKILL' });
    });

    it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('[START-3] passes %s on', async (signal) => {
      installMain(`
        process.on('${signal}', () => process.exit(9));
        setInterval(() => {}, 1000);
        console.log('ready');
      `);
      const launched = spawn(older[0], [...older.slice(1), join(installed, 'bin/stance.mjs')]);
      await once(launched.stdout, 'data');
      launched.kill(signal);
      expect(await once(launched, 'exit')).toEqual([9, null]);
    });
  });
});

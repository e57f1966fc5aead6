// Emits dist from src: JavaScript by tsc, every other file (the scoring profile) as it is.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

rmSync('dist', { recursive: true, force: true });
const tsc = ['node_modules/@typescript/native/bin/tsc', '-p', 'tsconfig.build.json'];
const { status } = spawnSync(process.execPath, tsc, { stdio: 'inherit' });
if (status !== 0) process.exit(1);

const isProductData = (path) =>
  statSync(path).isDirectory() ? basename(path) !== 'fixtures' : !path.endsWith('.ts');
cpSync('src', 'dist', { recursive: true, filter: isProductData });

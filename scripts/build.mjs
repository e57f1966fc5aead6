// Emits dist from src: JavaScript and declarations by tsc, every other file (JSON, SQL, …) as it is.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

rmSync('dist', { recursive: true, force: true });
const tsc = ['node_modules/@typescript/native/bin/tsc', '-p', 'tsconfig.build.json'];
const { status } = spawnSync(process.execPath, tsc, { stdio: 'inherit' });
if (status !== 0) process.exit(1);

const isFolderOrData = (path) => statSync(path).isDirectory() || !path.endsWith('.ts');
cpSync('src', 'dist', { recursive: true, filter: isFolderOrData });

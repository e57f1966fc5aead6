/*
 * `node --import`ed before the product, into its process, threads and children: stands between it and the file system,
 * and at one call kills the process or lets the call fail. The product itself is what is shipped.
 */
import fs from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync } from 'node:sqlite';
import { isMainThread } from 'node:worker_threads';
import { DISK_PLAN, type DiskCall, type DiskPlan } from './disk-plan.ts';
import type { ToOwner } from './owner.ts';

const self: DiskPlan['process'] = /snapshot-process/.test(process.argv[1] ?? '') ? 'follower' : 'owner';
let plan = JSON.parse(process.env[DISK_PLAN] ?? 'null') as DiskPlan | null;
/** Calls of the planned kind since there is a plan. */
let made = 0;

if (isMainThread) {
  interpose();
  if (self === 'owner') process.on('message', listen);
}

/** Children that are started from now on have the plan, too. */
function listen(message: unknown): void {
  const { kind, plan: armed } = message as ToOwner & { readonly plan: DiskPlan };
  if (kind !== 'arm') return;
  plan = armed;
  made = 0;
  process.env[DISK_PLAN] = JSON.stringify(armed);
}

/** Does the call, or what is planned for it. */
function guard<R>(call: DiskCall | null, act: () => R, half: () => void = () => undefined): R {
  if (plan === null || call !== plan.call || plan.process !== self) return act();
  const { after, what } = plan;
  const turn = made++ - after;
  if (turn < 0) return act();
  if ('fail' in what) {
    if (turn >= what.times) return act();
    half();
    throw Object.assign(new Error(`${what.fail}: injected into ${call}`), { code: what.fail });
  }
  if (turn > 0) return act();
  if (what.kill === 'before') die(what.victim);
  if (what.kill === 'within') {
    half();
    die(what.victim);
  }
  const result = act();
  if (result instanceof Promise) return result.then(() => die(what.victim)) as R;
  die(what.victim);
  return result;
}

const asynchronous = <R>(call: DiskCall | null, act: () => Promise<R>, half?: () => void): Promise<R> => {
  try {
    return guard(call, act, half);
  } catch (cause) {
    return Promise.reject(cause);
  }
};

function interpose(): void {
  const paths = new Map<number, string>();
  const { openSync, writeSync, fdatasyncSync, fsyncSync, renameSync, rmSync } = fs;

  const { open, rm } = files;
  files.open = async (path, flags, mode) => {
    const at = String(path);
    const call = flags === 'r' ? null : callOn(at, 'open');
    const handle = await asynchronous(call, () => open(path, flags, mode));
    const { writeAt, datasync, sync, truncate } = callsOf(handle);
    handle.write = ((bytes: Buffer, offset: number, length: number, position: number) =>
      asynchronous(
        callOn(at, 'write'),
        () => writeAt(bytes, offset, length, position),
        () => void writeSync(handle.fd, bytes, offset, Math.floor(length / 2), position),
      )) as typeof handle.write;
    handle.datasync = () => asynchronous(callOn(at, 'sync'), () => datasync());
    handle.sync = () => asynchronous(callOn(at, 'syncDirectory'), () => sync());
    handle.truncate = (length) => asynchronous(callOn(at, 'truncate'), () => truncate(length));
    return handle;
  };
  files.rm = (path, options) => asynchronous(callOn(String(path), 'remove'), () => rm(path, options));

  fs.openSync = (path, flags, mode) => {
    const call = flags === 'r' ? null : callOn(String(path), 'open');
    const file = guard(call, () => openSync(path, flags, mode));
    paths.set(file, String(path));
    return file;
  };
  fs.writeSync = ((file: number, bytes: Buffer, ...rest: number[]) => {
    const write = writeSync as unknown as (file: number, bytes: Buffer, ...rest: number[]) => number;
    return guard(
      callOn(paths.get(file), 'write'),
      () => write(file, bytes, ...rest),
      () => write(file, bytes.subarray(0, bytes.length / 2), ...rest),
    );
  }) as typeof writeSync;
  fs.fdatasyncSync = (file) => guard(callOn(paths.get(file), 'sync'), () => fdatasyncSync(file));
  fs.fsyncSync = (file) => guard(callOn(paths.get(file), 'syncDirectory'), () => fsyncSync(file));
  fs.renameSync = (from, to) => guard(callOn(String(from), 'rename'), () => renameSync(from, to));
  fs.rmSync = (path, options) => guard(callOn(String(path), 'remove'), () => rmSync(path, options));
  syncBuiltinESMExports();

  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql) {
    guard(sql === 'COMMIT' ? 'history.commit' : null, () => exec.call(this, sql));
  };
}

/** As they were before they are replaced. */
function callsOf(handle: files.FileHandle) {
  return {
    writeAt: handle.write.bind(handle) as unknown as (
      ...where: [Buffer, number, number, number]
    ) => Promise<unknown>,
    datasync: handle.datasync.bind(handle),
    sync: handle.sync.bind(handle),
    truncate: handle.truncate.bind(handle),
  };
}

function callOn(path: string | undefined, operation: string): DiskCall | null {
  const room = /\/(journal|snapshot)s?(?:\/[^/]*)?$/.exec(path ?? '')?.[1];
  return room === undefined ? null : (`${room}.${operation}` as DiskCall);
}

/** SIGKILL to oneself is delivered before kill(2) returns. */
function die(victim: 'self' | 'owner' | 'both'): void {
  if (victim !== 'self' && self === 'follower') process.kill(process.ppid, 'SIGKILL');
  if (victim !== 'owner' || self === 'owner') process.kill(process.pid, 'SIGKILL');
}

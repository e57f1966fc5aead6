import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningServer, serve } from '../src/app/index.ts';
import { loadConfig } from '../src/config/index.ts';
import { realEffects } from '../src/effects/index.ts';
import { openTokens } from '../src/operations/index.ts';

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** What a device says of itself. */
export const EVENT = JSON.stringify({
  class_uid: 4001,
  activity_id: 6,
  time: Date.now(),
  metadata: { version: '1.5.0' },
  src_endpoint: { ip: '10.0.3.7', port: 50_000 },
  dst_endpoint: { ip: '203.0.113.9', port: 443 },
  connection_info: { protocol_num: 6 },
});

/** An answer as it came over TLS. */
export interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: Buffer;
}

/** A folder of keys and certificates as OpenSSL makes them: of a name its `.key`, `.pem` and `.csr`. */
export class OpensslFolder {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  openssl(...args: readonly string[]): string {
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    return execFileSync('openssl', args, { cwd: this.dir, encoding: 'utf8', stdio: [...stdio] });
  }

  selfSigned(name: string, subject: string, ...extensions: readonly string[]): void {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
    this.openssl('req', '-x509', ...NEW_KEY, ...files, '-days', '2', '-subj', subject, ...added(extensions));
  }

  /** The certificate of a server on this machine, `tls`. */
  ofServer(): void {
    this.selfSigned('tls', '/CN=localhost', 'subjectAltName=DNS:localhost');
  }

  authority(name: string, subject = `/CN=${name}`): void {
    this.selfSigned(name, subject, 'keyUsage=critical,keyCertSign,cRLSign');
  }

  /** A request with a new key, also in base64 as EST has it (`.b64`). */
  request(name: string, subject: string, ...extensions: readonly string[]): void {
    const files = ['-keyout', `${name}.key`, '-outform', 'DER', '-out', `${name}.csr`];
    this.openssl('req', '-new', ...NEW_KEY, ...files, '-subj', subject, ...added(extensions));
    const der = readFileSync(join(this.dir, `${name}.csr`));
    writeFileSync(join(this.dir, `${name}.b64`), der.toString('base64'));
  }

  /** A certificate of whoever is no authority. */
  issued(name: string, by: string, subject: string, ...extensions: readonly string[]): void {
    this.request(name, subject);
    const leaf = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature', ...extensions];
    writeFileSync(join(this.dir, 'extensions'), leaf.join('\n'));
    const authority = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-days', '1', '-extfile', 'extensions'];
    const files = ['-inform', 'DER', '-in', `${name}.csr`, '-out', `${name}.pem`];
    this.openssl('x509', '-req', ...authority, ...files);
  }

  /** Asks a server with the certificate `tls`; the loop goes on, so that it may be in this process. */
  curl(url: string, ...args: readonly string[]): Promise<Answer> {
    for (const each of ['headers', 'answer']) writeFileSync(join(this.dir, each), '');
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const into = ['-s', '--max-time', '10', '-D', 'headers', '-o', 'answer', '--cacert', 'tls.pem'];
    const client = spawn('curl', [...into, ...args, url], { cwd: this.dir });
    client.once('close', () => {
      const headers = readFileSync(join(this.dir, 'headers'), 'utf8');
      const status = Number(/^HTTP\/\S+ (\d+)/.exec(headers)?.[1]);
      resolve({ status, headers, body: readFileSync(join(this.dir, 'answer')) });
    });
    return promise;
  }
}

function added(extensions: readonly string[]): readonly string[] {
  return extensions.flatMap((each) => ['-addext', each]);
}

/** How curl shows the certificate of a name. */
export function using(name: string): readonly string[] {
  return ['--cert', `${name}.pem`, '--key', `${name}.key`];
}

export interface StanceOverTls {
  readonly operations: Awaited<RunningServer['ready']>;
  readonly data: string;
  /** What its operator was told of. */
  readonly faults: readonly unknown[];
  curl(path: string, ...args: readonly string[]): Promise<Answer>;
  close(): Promise<void>;
}

/** A Stance with TLS, in this process, which lets nobody in without a token unless by what he proves. */
export async function serveOverTls(
  files: OpensslFolder,
  { inventory, config }: { readonly inventory: string; readonly config: string },
): Promise<StanceOverTls> {
  const { dir } = files;
  files.ofServer();
  writeFileSync(join(dir, 'inventory.yaml'), inventory);
  const file = join(dir, 'stance.yaml');
  const listen = 'listen: { port: 0, tls: { cert: tls.pem, key: tls.key } }';
  writeFileSync(file, `inventory: inventory.yaml\n${listen}\n${config}\n`);
  const data = join(dir, 'data');
  mkdirSync(data, { mode: 0o700 });
  const faults: unknown[] = [];
  const effects = realEffects((_, cause) => {
    faults.push(cause);
    return 'none';
  });
  await openTokens(data).createToken('shipper', ['ingest'], effects.random(32), effects.now());
  const loaded = loadConfig({ dir: data, file, environment: [], flags: [] });
  const running = await serve(
    { dir: data, config: loaded, simulate: null, onProgress: () => undefined },
    effects,
  );
  const { port } = new URL(running.url);
  return {
    operations: await running.ready,
    data,
    faults,
    curl: (path, ...args) => files.curl(`https://localhost:${port}${path}`, ...args),
    close: () => running.close(),
  };
}

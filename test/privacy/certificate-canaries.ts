import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, Running, stance } from '../cli/stance.ts';
import { EVENT, OpensslFolder, using } from '../tls.fixture.ts';
import type { Canaries } from './canaries.ts';

/**
 * A Stance with TLS and an authority of its own gets canaries in certificates: in requests for them, sound and broken, and in
 * those that clients show. Gives all that was written and answered; certificates that Stance issues say only the device's id.
 */
export async function showCertificates(
  dir: string,
  data: string,
  canaries: Canaries,
): Promise<readonly string[]> {
  const heard: string[] = [];
  const put = (where: string) => canaries.word(`certificate ${where}`);
  const files = new OpensslFolder(dir);
  const subject = (where: string) =>
    `/CN=${put(`${where} CN`)}/O=${put(`${where} O`)}/OU=${put(`${where} OU`)}/emailAddress=${put(`${where} mail`)}@corp.example/serialNumber=${put(`${where} serialNumber`)}`;
  const names = (where: string) =>
    `subjectAltName=DNS:${put(`${where} DNS`)}.corp.example,email:${put(`${where} SAN mail`)}@corp.example,URI:spiffe://${put(`${where} trust domain`)}.example/${put(`${where} path`)}`;
  const run = async (...args: string[]) => {
    const ended = await stance(dir, ...args, '--data', data);
    heard.push(ended.stderr);
    if (ended.code !== 0)
      throw new Error(`stance ${args.join(' ')} ended with ${ended.code}: ${ended.stderr}`);
    return ended.stdout;
  };

  files.ofServer();
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(join(dir, 'cams.yaml'), '- { id: dev_cam_lobby, kind: ip_camera, addresses: [10.0.3.7] }\n');
  const config = {
    inventory: join(dir, 'cams.yaml'),
    identity: {},
    listen: { tls: { cert: join(dir, 'tls.pem'), key: join(dir, 'tls.key') } },
  };
  writeFileSync(join(data, 'stance.yaml'), JSON.stringify(config));
  const port = await freePort();
  const owner = new Running(['serve', '--data', data, '--port', String(port)], dir);
  try {
    await owner.says('Ctrl-C stops it');
    const curl = async (path: string, ...args: readonly string[]) => {
      const answer = await files.curl(`https://localhost:${port}${path}`, ...args);
      heard.push(answer.headers, answer.body.toString());
      return answer;
    };
    await run('enrol', 'authority');
    const { secret } = JSON.parse(await run('enrol', 'token', 'dev_cam_lobby', '--json')) as {
      secret: string;
    };
    files.request('device', subject('request'), names('request'));
    const request = readFileSync(join(dir, 'device.csr'));
    writeFileSync(join(dir, 'broken.b64'), request.subarray(0, -9).toString('base64'));
    const enrolment = ['-H', 'content-type: application/pkcs10', '-u', `${put('user of Basic')}:${secret}`];
    const enroll = '/.well-known/est/simpleenroll';
    await curl(enroll, ...enrolment, '--data-binary', '@broken.b64');
    if ((await curl(enroll, ...enrolment, '--data-binary', '@device.b64')).status !== 200)
      throw new Error('the request was not granted');
    // Nobody knows who issued it.
    files.selfSigned('stranger', subject('client'), names('client'));
    const send = ['-H', 'content-type: application/x-ndjson', '--data-binary', EVENT];
    await curl('/v1/events', ...send, ...using('stranger'));
    const token = [
      { alg: 'ES256', kid: put('JWT kid') },
      { sub: `spiffe://${put('JWT trust domain')}.example/${put('JWT path')}`, aud: put('JWT audience') },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    await curl(
      '/v1/events',
      ...send,
      '-H',
      `authorization: Bearer ${[...token, Buffer.from(put('JWT signature')).toString('base64url')].join('.')}`,
    );
    heard.push(await run('enrol', 'list', '--json'), await run('doctor'));
    await run('backup', '--to', `${data}-backup`);
  } finally {
    owner.child.kill('SIGTERM');
    const { stdout, stderr } = await owner.ended();
    heard.push(stdout, stderr);
  }
  return heard;
}

import { spawn } from 'node:child_process';
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { SignerCommand } from '../config/index.ts';
import type { AuthorityKey } from '../pki/index.ts';
import { OperationError } from '../refusals/index.ts';
import { loadPki } from './pki-words.ts';

/** A signature is some hundred bytes, a key in PEM less than a kilobyte. */
const MOST_ANSWER_BYTES = 16_384;
const SHOWN_COMPLAINT_CHARS = 300;

/**
 * The program is run once for each question, without a shell. `public-key`: it prints the key as PEM. `sign`: it reads the
 * bytes from its standard input and prints the signature: SHA-256 with ECDSA in DER, or with RSA by PKCS#1 v1.5.
 */
export async function signerOf(signer: SignerCommand): Promise<AuthorityKey> {
  const said = await answerOf(signer, 'public-key', new Uint8Array());
  const { algorithmOf } = await loadPki();
  const key = {
    publicKey: publicKeyIn(said, signer),
    sign: (data: Uint8Array) => answerOf(signer, 'sign', data),
  };
  try {
    algorithmOf(key);
    return key;
  } catch (cause) {
    throw broken(signer, 'its key is neither RSA of 2048 bits or more nor of an elliptic curve', cause);
  }
}

function publicKeyIn(said: Buffer, signer: SignerCommand): KeyObject {
  try {
    return createPublicKey(said);
  } catch (cause) {
    throw broken(signer, 'it printed no public key in PEM', cause);
  }
}

async function answerOf(signer: SignerCommand, asked: string, input: Uint8Array): Promise<Buffer> {
  const [program = '', ...args] = signer.command;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const child = spawn(program, [...args, asked], { stdio: ['pipe', 'pipe', 'pipe'] });
  const timer = setTimeout(() => {
    reject(broken(signer, `it gave no answer within ${signer.timeoutSeconds} seconds`));
    child.kill('SIGKILL');
  }, signer.timeoutSeconds * 1_000);
  const answer: Buffer[] = [];
  let [bytes, complaint] = [0, ''];
  child.stdout.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes <= MOST_ANSWER_BYTES) answer.push(part);
    else child.kill('SIGKILL');
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    complaint = (complaint + part).slice(0, SHOWN_COMPLAINT_CHARS);
  });
  // One that ends before it read everything says why by its code.
  child.stdin.on('error', () => undefined);
  child.once('error', (cause) => reject(broken(signer, 'it cannot be run', cause)));
  child.once('close', (code) => {
    if (bytes > MOST_ANSWER_BYTES) reject(broken(signer, `it printed more than ${MOST_ANSWER_BYTES} bytes`));
    else if (code !== 0) reject(broken(signer, `it ended with ${code ?? 'a signal'}: ${complaint.trim()}`));
    else resolve(Buffer.concat(answer));
  });
  child.stdin.end(input);
  return promise.finally(() => clearTimeout(timer));
}

function broken({ command }: SignerCommand, why: string, cause?: unknown): OperationError {
  const message = `identity.signer (${command[0] ?? ''}) does not sign for the authority: ${why}.`;
  return new OperationError('broken_signer', message, { cause });
}

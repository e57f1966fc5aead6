import { readFile } from 'node:fs/promises';
import { type Credentials, readVariable } from '../config/index.ts';
import { OperationError } from '../refusals/index.ts';

const SECRET_BYTES = 8_192;

/**
 * The Authorization header (RFC 7617, RFC 6750), read anew for each fetch, so that a secret may be changed at any time.
 * @throws OperationError `unusable_secret`, which never shows what stood there
 */
export async function authorizationOf({ user, secret }: Credentials): Promise<string> {
  const where = 'file' in secret ? `the file ${secret.file}` : `the variable ${secret.variable}`;
  const text = (await written(secret)).trim();
  // A header is printable ASCII; a password may be more (RFC 7617 §2.1: UTF-8).
  const isSound = user === null ? /^[\x21-\x7e]+$/.test(text) : text !== '' && !/[\r\n\0]/.test(text);
  if (!isSound || text.length > SECRET_BYTES)
    throw new OperationError(
      'unusable_secret',
      `${where} holds no ${user === null ? 'token' : 'password'} of one line. Nothing was fetched.`,
    );
  return user === null
    ? `Bearer ${text}`
    : `Basic ${Buffer.from(`${user}:${text}`, 'utf8').toString('base64')}`;
}

async function written(secret: Credentials['secret']): Promise<string> {
  if ('file' in secret)
    return readFile(secret.file, 'utf8').catch((cause: unknown) => {
      const problem = `the file ${secret.file} with the secret cannot be read. Nothing was fetched.`;
      throw new OperationError('unusable_secret', problem, { cause });
    });
  const text = readVariable(secret.variable);
  if (text !== null) return text;
  throw new OperationError(
    'unusable_secret',
    `the variable ${secret.variable} is not set where the owner of the data directory runs. Nothing was fetched.`,
  );
}

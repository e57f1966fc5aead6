import { createHmac } from 'node:crypto';

/** Standard Webhooks asks for 24 to 64 bytes. */
const LEAST_BYTES = 24;
/** A new one, and the one before it while receivers change over. */
const MOST_SECRETS = 2;
const PREFIX = 'whsec_';
/** What a decoder passes over would make another key of the same text, here or at the receiver. */
const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}(?:==)?|[A-Za-z\d+/]{3}=?)?$/;

/** The message says what is wrong and shows nothing of the secret. */
class SecretError extends Error {
  override readonly name = 'SecretError';
}

/**
 * Reads one secret a line: `whsec_` and base64 (the form of Standard Webhooks), or any other text as it is.
 * @throws SecretError
 */
export function readSecrets(text: string): readonly Buffer[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length === 0) throw new SecretError('it is empty');
  if (lines.length > MOST_SECRETS)
    throw new SecretError(
      `it has ${lines.length} lines: one secret, or the new and the old one, a line each`,
    );
  return lines.map((line) => {
    const secret = line.startsWith(PREFIX) ? decoded(line.slice(PREFIX.length)) : Buffer.from(line);
    if (secret.length < LEAST_BYTES)
      throw new SecretError(
        `a secret has ${secret.length} bytes: it needs ${LEAST_BYTES} at least (openssl rand -base64 32)`,
      );
    return secret;
  });
}

function decoded(text: string): Buffer {
  if (!BASE64.test(text))
    throw new SecretError(
      `what follows ${PREFIX} is not base64 (A to Z, a to z, 0 to 9, + and /): copy it again, whole`,
    );
  return Buffer.from(text, 'base64');
}

/**
 * The headers that let a receiver know who sent it and when (Standard Webhooks, standardwebhooks.com): HMAC-SHA-256 over
 * `id.timestamp.body`, in base64, once for each secret.
 * @param seconds since 1970
 */
export function signatureHeaders(
  id: string,
  seconds: number,
  body: string,
  secrets: readonly Buffer[],
): Readonly<Record<string, string>> {
  const signed = `${id}.${seconds}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}

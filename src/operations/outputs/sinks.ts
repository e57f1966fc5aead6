import { readFileSync } from 'node:fs';
import {
  type OutputConfig,
  readVariable,
  type SyslogConfig,
  type WebhookConfig,
} from '../../config/index.ts';
import { type Effects, VERSION } from '../../effects/index.ts';
import { readSecrets, SyslogDatagrams, SyslogStream, Webhook } from '../../outputs/index.ts';
import { OperationError } from '../../refusals/index.ts';
import type { OpenSink } from './outputs.ts';

/** Makes the sinks of a configuration; secrets and authorities are read now. @throws OperationError `invalid_configuration` */
export function openSinks(outputs: readonly OutputConfig[], { now }: Effects): readonly OpenSink[] {
  return outputs.map((config) => ({
    config,
    sink: config.type === 'webhook' ? webhookOf(config, now) : syslogOf(config),
  }));
}

function webhookOf(config: WebhookConfig, now: Effects['now']): Webhook {
  const { url, timeoutMs, allowPrivate } = config;
  return new Webhook({
    url: new URL(url),
    secrets: secretsOf(config),
    timeoutMs,
    ca: authorityOf(config),
    allowPrivate,
    version: VERSION,
    now,
  });
}

function syslogOf(config: SyslogConfig): SyslogStream | SyslogDatagrams {
  const { host, port, facility, hostname, timeoutMs, transport } = config;
  if (transport === 'udp') return new SyslogDatagrams({ host, port, facility, hostname });
  const tls = transport === 'tls' ? { ca: authorityOf(config) } : null;
  return new SyslogStream({ host, port, facility, hostname, timeoutMs, tls });
}

function secretsOf({ id, secret }: WebhookConfig): readonly Buffer[] {
  const [field, text] =
    'file' in secret
      ? ['secret_file', readNamed(id, 'secret_file', secret.file).toString('utf8')]
      : ['secret_env', readVariable(secret.variable) ?? ''];
  try {
    return readSecrets(text);
  } catch (cause) {
    const what = 'file' in secret ? secret.file : `the variable ${secret.variable}`;
    throw refused(id, field, `${what}: ${cause instanceof Error ? cause.message : 'it cannot be read'}`);
  }
}

function authorityOf({ id, ca }: OutputConfig): Buffer | null {
  return ca === null ? null : readNamed(id, 'ca', ca);
}

function readNamed(id: string, field: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw refused(id, field, `${path} cannot be read (${reason})`);
  }
}

function refused(id: string, field: string, what: string): OperationError {
  return new OperationError('invalid_configuration', `outputs, ${id}: ${field}: ${what}`);
}

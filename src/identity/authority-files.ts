import { createPrivateKey } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SignerCommand } from '../config/index.ts';
import type { Effects } from '../effects/index.ts';
import { replaceDurably } from '../files/index.ts';
import type { Authority, AuthorityKey, PkiCertificate } from '../pki/index.ts';
import { OperationError } from '../refusals/index.ts';
import { loadPki } from './pki-words.ts';
import { signerOf } from './signer-command.ts';

/** The folder of a data directory that holds its authority: nobody but its owner may look into it. */
export const AUTHORITY = 'authority';
const KEY = 'authority.key.pem';
const CERTIFICATE = 'authority.pem';
const OTHERS = 0o077;

/** The authority of a data directory: its certificate, and its key in a file, or behind a program that signs. */
export class AuthorityPlace {
  readonly #place: string;
  readonly #signer: SignerCommand | null;
  /** Of the program; asked for once. */
  #key: AuthorityKey | null = null;

  constructor(dir: string, signer: SignerCommand | null) {
    this.#place = join(dir, AUTHORITY);
    this.#signer = signer;
  }

  /** Others must not read the key, whether anybody asks for the authority or not. @throws OperationError */
  async refuseExposed(): Promise<void> {
    const path = join(this.#place, KEY);
    const key = await stat(path).catch(() => null);
    if (key === null) return;
    if (((key.mode | (await stat(this.#place)).mode) & OTHERS) !== 0)
      throw new OperationError(
        'exposed_key',
        `Other users can read ${path} or its folder: run chmod 700 ${this.#place} and chmod 600 ${path}, and think about who did.`,
      );
    if (this.#signer !== null)
      throw new OperationError(
        'two_keys',
        `identity.signer signs for the authority, and ${path} is there too: take it away, or leave identity.signer out.`,
      );
  }

  /** `null` where none was made. @throws OperationError where its key is exposed, another one, or cannot be asked */
  async read(): Promise<Authority | null> {
    await this.refuseExposed();
    const path = join(this.#place, this.#signer === null ? KEY : CERTIFICATE);
    if ((await stat(path).catch(() => null)) === null) return null;
    const { certificatesIn, keyFingerprint } = await loadPki();
    const [certificate] = certificatesIn(await readFile(join(this.#place, CERTIFICATE)));
    if (certificate === undefined)
      throw new OperationError('damaged_authority', `${this.#place} has no certificate.`);
    const key = await this.#heldOr(() => readFile(path));
    if (keyFingerprint(key.publicKey) !== certificate.keyFingerprint)
      throw new OperationError(
        'other_key',
        `The certificate in ${this.#place} is of another key than the one that signs.`,
      );
    return { certificate, key };
  }

  /** Makes the authority, and its key where that is to be a file. */
  async make(name: string, { now, random }: Pick<Effects, 'now' | 'random'>): Promise<Authority> {
    const { heldKey, newAuthority, newKey } = await loadPki();
    if (this.#signer !== null) {
      const authority = await newAuthority(name, await this.#signing(this.#signer), now(), random);
      await this.#write(authority.certificate, null);
      return authority;
    }
    const secret = newKey(random);
    const authority = await newAuthority(name, heldKey(secret), now(), random);
    await this.#write(authority.certificate, secret.export({ type: 'pkcs8', format: 'pem' }).toString());
    return authority;
  }

  async #heldOr(read: () => Promise<Buffer>): Promise<AuthorityKey> {
    if (this.#signer !== null) return this.#signing(this.#signer);
    const { heldKey } = await loadPki();
    return heldKey(createPrivateKey(await read()));
  }

  async #signing(signer: SignerCommand): Promise<AuthorityKey> {
    this.#key ??= await signerOf(signer);
    return this.#key;
  }

  /** The key comes last: where it is, its certificate is. */
  async #write(certificate: PkiCertificate, key: string | null): Promise<void> {
    const { pem } = await loadPki();
    await mkdir(this.#place, { mode: 0o700, recursive: true });
    await replaceDurably(join(this.#place, CERTIFICATE), pem('CERTIFICATE', certificate.der));
    if (key !== null) await replaceDurably(join(this.#place, KEY), key);
  }
}

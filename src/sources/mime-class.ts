import type { MimeClass } from '../model/index.ts';

const EXACT: ReadonlyMap<string, MimeClass> = new Map([
  ...named('executable', [
    'application/x-dosexec',
    'application/x-msdownload',
    'application/vnd.microsoft.portable-executable',
    'application/x-executable',
    'application/x-elf',
    'application/x-sharedlib',
    'application/x-pie-executable',
    'application/x-mach-o-executable',
    'application/x-object',
    'application/java-archive',
    'application/vnd.android.package-archive',
    'application/x-msi',
  ]),
  ...named('script', [
    'application/javascript',
    'application/x-javascript',
    'application/x-powershell',
    'application/x-sh',
    'application/x-shellscript',
    'application/x-php',
    'application/x-perl',
    'application/x-python',
    'application/hta',
    'text/javascript',
    'text/vbscript',
    'text/x-shellscript',
    'text/x-perl',
    'text/x-php',
    'text/x-powershell',
    'text/x-python',
    'text/x-ruby',
    'text/x-lua',
    'text/x-awk',
    'text/x-msdos-batch',
  ]),
  ...named('archive', [
    'application/zip',
    'application/gzip',
    'application/x-gzip',
    'application/x-7z-compressed',
    'application/x-bzip2',
    'application/x-compress',
    'application/x-compressed-zip',
    'application/x-cpio',
    'application/x-debian-package',
    'application/x-iso9660-image',
    'application/x-lzma',
    'application/x-rar',
    'application/x-rar-compressed',
    'application/x-rpm',
    'application/x-tar',
    'application/x-xz',
    'application/vnd.ms-cab-compressed',
    'application/zstd',
  ]),
  ...named('document', [
    'application/pdf',
    'application/msword',
    'application/postscript',
    'application/rtf',
    'application/x-ole-storage',
    'application/cdfv2',
    'text/rtf',
  ]),
  ...named('certificate', [
    'application/pkix-cert',
    'application/pkix-crl',
    'application/ocsp-request',
    'application/ocsp-response',
    'application/pgp-keys',
  ]),
  ...named('text', ['application/json', 'application/xml', 'application/xhtml+xml', 'application/soap+xml']),
  ...named('audio_video', [
    'application/ogg',
    'application/vnd.rn-realmedia',
    'application/x-shockwave-flash',
  ]),
]);

const BY_PREFIX: readonly (readonly [string, MimeClass])[] = [
  ['application/vnd.openxmlformats-officedocument', 'document'],
  ['application/vnd.oasis.opendocument', 'document'],
  ['application/vnd.ms-', 'document'],
  ['application/x-x509-', 'certificate'],
  ['image/', 'image'],
  ['audio/', 'audio_video'],
  ['video/', 'audio_video'],
  ['text/', 'text'],
];

/** What kind of thing a file is, so far as posture asks; the type itself goes no further. */
export function mimeClass(mimeType: string | null): MimeClass {
  if (mimeType === null) return 'other';
  const type = mimeType.toLowerCase();
  return EXACT.get(type) ?? BY_PREFIX.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'other';
}

function named(kind: MimeClass, types: readonly string[]): [string, MimeClass][] {
  return types.map((type) => [type, kind]);
}

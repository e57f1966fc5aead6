import { registrableDomain } from '../domain-name.ts';

/**
 * Services on whose own names anybody keeps pages or files: file sharing, code hosting, pastes, messengers,
 * shorteners, delivery networks. A bad page there is one customer's. Names below a private public suffix
 * (`somebody.github.io`) are not meant: they are the customer's own.
 */
const SHARED = new Set([
  '4shared.com',
  'archive.org',
  'bit.ly',
  'bitbucket.org',
  'box.com',
  'catbox.moe',
  'codeberg.org',
  'discord.com',
  'discord.gg',
  'discordapp.com',
  'discordapp.net',
  'dropbox.com',
  'dropboxusercontent.com',
  'facebook.com',
  'file.io',
  'ghostbin.com',
  'gitee.com',
  'github.com',
  'githubusercontent.com',
  'gitlab.com',
  'gofile.io',
  'goo.gl',
  'google.com',
  'googleapis.com',
  'googleusercontent.com',
  'hastebin.com',
  'huggingface.co',
  'icloud.com',
  'imgur.com',
  'ipfs.io',
  'is.gd',
  'jsdelivr.net',
  'linkedin.com',
  'live.com',
  'mediafire.com',
  'mega.co.nz',
  'mega.nz',
  'microsoft.com',
  'microsoftonline.com',
  'notion.site',
  'notion.so',
  'npmjs.org',
  'office.com',
  'onedrive.com',
  'pastebin.com',
  'paste.ee',
  'pypi.org',
  'pythonhosted.org',
  'rebrand.ly',
  'reddit.com',
  'rentry.co',
  'sendspace.com',
  'sharepoint.com',
  'slack.com',
  'sourceforge.net',
  'steamcommunity.com',
  't.co',
  't.me',
  'telegra.ph',
  'telegram.me',
  'telegram.org',
  'tinyurl.com',
  'transfer.sh',
  'twitter.com',
  'unpkg.com',
  'wetransfer.com',
  'wikipedia.org',
  'wordpress.com',
  'x.com',
  'yandex.ru',
  'youtube.com',
]);

/** The host is a public suffix, or lies under a service's own name that its customers share. */
export function isSharedHost(domain: string): boolean {
  for (let rest = domain; ; rest = rest.slice(rest.indexOf('.') + 1)) {
    if (SHARED.has(rest)) return true;
    if (!rest.includes('.')) break;
  }
  return registrableDomain(domain) === null;
}

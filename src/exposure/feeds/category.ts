import type { ThreatCategory } from '../../model/index.ts';

/**
 * What feeds call things, in their names, sources and descriptions → our one vocabulary.
 * The first row that matches decides, so the graver meaning stands first. Only the category is kept,
 * never the words.
 */
const WORDS: readonly (readonly [RegExp, ThreatCategory])[] = [
  [/sinkhole/, 'sinkhole'],
  [/ransom/, 'ransomware_infrastructure'],
  [
    /\bc2\b|\bc&c\b|\bcnc\b|command.and.control|cobalt.?strike|feodo|threatfox|metasploit|sliver|sslbl/,
    'c2_server',
  ],
  [/phish/, 'phishing'],
  [/coin.?min|crypto.?min|cryptojack/, 'cryptomining'],
  [/exfil/, 'exfiltration'],
  [/botnet|mirai|emotet|\bzombie/, 'botnet'],
  [/malware|urlhaus|dropper|\bexploit/, 'malware_distribution'],
  [/brute.?force|\bssh.?attack|fail2ban/, 'brute_force_source'],
  [/\btor\b|tor.?exit/, 'tor_exit'],
  [/\bspam|\bdrop\b/, 'spam'],
  [/scanner|\bscan|censys|shodan|shadowserver/, 'scanner'],
  [/\bproxy|\bproxies|\bvpn\b/, 'proxy'],
];

/** The category that the words suggest, else `suspicious`. */
export function categoryFrom(...words: readonly string[]): ThreatCategory {
  const text = words.join(' ').toLowerCase().replace(/[_-]/g, ' ');
  return WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'suspicious';
}

import { adblock } from './adblock.ts';
import { abuseChJson } from './abuse-ch-json.ts';
import { abuseCh, csv } from './csv.ts';
import type { DocumentFormat, TextFormat } from './format.ts';
import { hosts } from './hosts.ts';
import { maltrail } from './maltrail.ts';
import { misp } from './misp/event.ts';
import { counted, netset, plain } from './plain.ts';
import { rpz } from './rpz.ts';
import { dropJson, dropText } from './spamhaus.ts';
import { stix } from './stix/bundle.ts';
import { dataset, iprep } from './suricata.ts';
import { zeekIntel } from './zeek-intel.ts';

/** Lists, the surest to recognise first; `plain` takes what no other does. */
export const TEXT_FORMATS: readonly TextFormat[] = [
  zeekIntel,
  dropJson,
  maltrail,
  netset,
  dropText,
  abuseCh,
  rpz,
  adblock,
  iprep,
  hosts,
  counted,
  dataset,
  csv,
  plain,
];

export const DOCUMENT_FORMATS: readonly DocumentFormat[] = [stix, misp, abuseChJson];

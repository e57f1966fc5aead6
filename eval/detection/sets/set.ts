/**
 * What an adapter file says of data: which logs, whose hosts, how labelled. An adapter may stand beside this code (one
 * file per set) or as `evaluation.json` in the data itself; the shape is the same.
 */
export interface Adapter {
  /** Lives of hosts, as they were. */
  readonly benign?: readonly BenignSet[];
  /** What is placed upon them. */
  readonly attacks?: readonly AttackTrace[];
  /** Files and folders that are not to be guessed: nothing is known of which of their flows are what. */
  readonly leftOut?: readonly string[];
}

interface Logs {
  /** Unique among all sets. */
  readonly name: string;
  /** Files or folders, relative to the folder in which the adapter stands. */
  readonly logs: readonly string[];
}

/** What a benign set serves for. `scans`: its flows say which sources from outside scanned. */
export type Use = 'hours' | 'beacons' | 'tunnels' | 'quiet' | 'scans';
export const USES: readonly Use[] = ['hours', 'beacons', 'tunnels', 'quiet', 'scans'];

export interface BenignSet extends Logs {
  /** CIDR blocks that are its own. */
  readonly networks: readonly string[];
  /** Addresses of ours that are judged; `null`: each address of its own that opened something. */
  readonly hosts: readonly string[] | null;
  readonly uses: readonly Use[];
}

/** What a trace is good for as a positive. */
export type Kind = 'volume' | 'beacon' | 'scan' | 'tunnel';
export const KINDS: readonly Kind[] = ['volume', 'beacon', 'scan', 'tunnel'];

export interface AttackTrace extends Logs {
  /** The malware or tool: all traces of a family are tuned on, or none. */
  readonly family: string;
  /** MITRE ATT&CK technique; `null` where it is not known. */
  readonly technique: string | null;
  readonly kinds: readonly Kind[];
  /** The machine that acts: it is played by the benign host. */
  readonly actor: string;
  readonly malicious: Malicious;
  /** Destinations (addresses or registrable domains, as captured) of command and control, or of the tunnel. */
  readonly control: readonly string[];
  /** CIDR blocks that were inside where it was captured; what is control stays outside all the same. */
  readonly inside: readonly string[];
}

/**
 * Which of the actor's events are the attack: all; those whose flow is labelled so; or those with these peers
 * (addresses, CIDR blocks, or registrable domains that it asked for).
 */
type Malicious =
  | { readonly by: 'all' }
  | { readonly by: 'label'; readonly label: string }
  | { readonly by: 'peer'; readonly peers: readonly string[] };

/** An adapter and where it stands. */
export interface Found extends Adapter {
  readonly folder: string;
  /** How it came: written by hand, in the data, or guessed from the layout. */
  readonly origin: 'known' | 'in_data' | 'guessed';
}

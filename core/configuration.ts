/**
 * What the integrators' files compile to: one file beside each bundle, holding no more than that function needs.
 * The bundle is the same bytes in every stage; only this file differs.
 */
import type { RequestAllowance } from './delivery/allowance.ts';
import type { DestinationAuth } from './delivery/auth/destinationAuth.ts';
import type { RetryRules } from './delivery/retryRules.ts';
import type { WatchedPath } from './drift/watchedPath.ts';
import type { Guarded } from './guards/findSilence.ts';
import type { Program } from './jsonata/program.ts';
import type { Dedupe } from './receive/claim.ts';
import type { Handshake } from './receive/handshake.ts';
import type { Replies } from './receive/reply.ts';
import type { Scheme } from './signatures/scheme.ts';

/** Raised when the shape below changes in a way that an older bundle cannot read. */
export const CONFIGURATION_FORMAT = 2;

/** What receive needs: who may post, and which destination queues an event goes to. No mapping text, no URLs. */
export interface ReceiveConfiguration {
  readonly format: typeof CONFIGURATION_FORMAT;
  readonly digest: string;
  readonly sources: Readonly<Record<string, SourceConfiguration>>;
  readonly routes: readonly RouteMatch[];
}

export interface SourceConfiguration {
  readonly owner: string;
  /** The provider's name in the catalogue, or `custom` for a scheme spelled out in the source's file. */
  readonly provider: string;
  readonly scheme: Scheme;
  /** The secret's name in the files, such as `sources/github`; absent only for a spelled-out unverified source. */
  readonly secret?: string;
  /** Lower-case names of the request headers that travel with the event. Everything else is forgotten. */
  readonly headers: readonly string[];
  /** Questions of the provider; absent where it asks none. */
  readonly handshakes?: readonly Handshake[];
  /** Absent where it takes the answers that everybody gets. */
  readonly replies?: Replies;
  /** Absent where repeats are accepted again. */
  readonly dedupe?: Dedupe;
  /** Whether a copy of each accepted event goes to the archive. For how long is the bucket's to know. */
  readonly archived?: true;
  /** It sends events that no route wants, and nobody need be told. */
  readonly unmatched?: 'expected';
}

/** How receive decides whether an event goes down a route. */
export interface RouteMatch {
  readonly name: string;
  readonly from: string;
  readonly events: readonly string[];
  readonly to: string;
}

/** What deliver needs: how to turn an event into a request, and how to treat the destination. */
export interface DeliverConfiguration {
  readonly format: typeof CONFIGURATION_FORMAT;
  readonly digest: string;
  readonly routes: Readonly<Record<string, RouteConfiguration>>;
  readonly destinations: Readonly<Record<string, DestinationConfiguration>>;
  /** Absent where there are none. */
  readonly shared?: SharedParts;
}

export interface RouteConfiguration {
  readonly from: string;
  readonly to: string;
  readonly when?: SourceText;
  readonly mapping: SourceText;
  readonly contract: { readonly input?: Contract; readonly output?: Contract };
  /** Absent for the plain request: POST, the destination's own URL, JSON. */
  readonly request?: RequestExpressions;
  /** What the mapping sees of numbers that a double would change. Absent: the numbers as they were written. */
  readonly numbers?: 'strings';
  /** What to watch for in the output. Absent: nothing. */
  readonly guards?: Guarded;
  /** The paths that the route reads, and what they have been so far; what differs is told. */
  readonly watch?: readonly WatchedPath[];
  /** Hex SHA-256 prefix of the mapping, the filter and the contracts: which version handled an attempt. */
  readonly mappingDigest: string;
}

/** How a route shapes its requests, and within what bounds. */
export interface RequestExpressions {
  readonly allow: RequestAllowance;
  readonly content: 'json' | 'form' | 'text';
  /** Where `content` is said, for an error about it. */
  readonly contentPlace: Pick<SourceText, 'file' | 'line'>;
  /** Absent: POST, or else the first method that the destination allows. */
  readonly method?: SourceText;
  readonly path?: SourceText;
  /** By the parameter's name. */
  readonly query: Readonly<Record<string, SourceText>>;
  /** By the header's lower-case name. */
  readonly headers: Readonly<Record<string, SourceText>>;
}

/** A piece of JSONata and where it stands, so that a run-time error names the integrator's own file and line. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** The line of the file on which `text` begins, 1 for a file of its own. */
  readonly line: number;
  /** For a text inside a YAML file: where its pieces stand. Absent for a file of its own. */
  readonly runs?: readonly TextRun[];
  /** What the text compiles to. Present in every configuration; absent while a file is being read. */
  readonly program?: Program;
  /** What the text may use by name; at authoring time. A configuration says it once for all texts. */
  readonly shared?: SharedParts;
}

/**
 * What all mappings may use: functions and tables of the integrators, by the name of the variable without `$`. Functions
 * are in an order in which each uses only those before it.
 */
export interface SharedParts {
  readonly functions: readonly SharedFunction[];
  /** Plain data. */
  readonly tables: Readonly<Record<string, unknown>>;
}

export interface SharedFunction {
  readonly name: string;
  readonly source: SourceText;
  /** The program's places are those of the text, plus this: so a fault tells which text it is of. */
  readonly from: number;
}

/** From the text's character `at` on, it stands in the file at this line and column (1-indexed), until the next run. */
export interface TextRun {
  readonly at: number;
  readonly line: number;
  readonly column: number;
}

export interface Contract {
  readonly file: string;
  readonly schema: unknown;
}

export interface DestinationConfiguration {
  readonly url: string | { readonly secret: string };
  readonly auth: DestinationAuth;
  /** The secret that holds our side of mutual TLS, beside whatever `auth` proves. */
  readonly clientCertificate?: string;
  /** Static request headers, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds between attempts; n delays make n + 1 attempts. */
  readonly retryDelaysSeconds: readonly number[];
  /** Where this destination differs from what a status usually means. */
  readonly retryRules: RetryRules;
  /** Deliveries under way at once, over all execution environments. */
  readonly concurrency: number;
  /** Connect, send and receive, all together. */
  readonly timeoutMs: number;
  /** A delivery that has waited longer than this is worth nothing any more. Absent: what SQS can keep. */
  readonly deadlineSeconds?: number;
  /** The header that carries the delivery's id for destinations that ignore repeats by it. */
  readonly idempotencyHeader?: string;
  /** CIDR ranges that this destination alone may reach although they are private. */
  readonly allowPrivate: readonly string[];
  readonly owner: string;
  readonly runbook: string;
}

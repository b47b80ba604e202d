/**
 * GitHub's `issues` webhook of exactly 4 KB, as an organisation sends it all day: the shipped example without most of its
 * links and ids, written without blanks as GitHub writes it, and filled up in the description.
 */
import { loadProject } from '../authoring/loadProject.ts';
import type { Project } from '../core/files/compileProject.ts';
import type { Route } from '../core/files/routeFile.ts';
import type { Source } from '../core/files/sourceFile.ts';
import { signWebhook } from '../core/signatures/sign.ts';

export interface GithubIssue {
  readonly project: Project;
  readonly source: Source;
  readonly route: Route;
  readonly body: Buffer;
  /** The request headers of one delivery. GitHub signs the body alone, so only the delivery's id differs. */
  headers(secret: string, deliveryId: string): Record<string, string>;
}

const BODY_BYTES = 4096;
const EVENT_TYPE = 'issues.opened';

export async function loadGithubIssue(): Promise<GithubIssue> {
  const { project } = await loadProject('mappings');
  const route = project.routes.find(({ events }) => events.includes(EVENT_TYPE));
  const source = project.sources[route?.from ?? ''];
  const example = route?.examples.find(({ expectation }) => expectation.kind === 'output');
  if (route === undefined || source === undefined || example === undefined)
    throw new Error(`the shipped mappings have a route with an example for ${EVENT_TYPE}`);
  const { scheme } = source;
  if (scheme.kind !== 'hmac') throw new Error('GitHub signs with an HMAC');
  const body = fourKilobytes(example.body);
  return {
    project,
    source,
    route,
    body,
    headers: (secret, deliveryId) => ({
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/0000000',
      ...signWebhook(scheme, secret, { body, eventType: EVENT_TYPE, eventId: deliveryId, now: 0 }).headers,
    }),
  };
}

function fourKilobytes(example: string): Buffer {
  const isLeftOut = (key: string): boolean =>
    key === 'node_id' || (key.endsWith('_url') && key !== 'html_url');
  const payload = JSON.parse(example, (key, value) => (isLeftOut(key) ? undefined : value));
  const room = BODY_BYTES - Buffer.byteLength(JSON.stringify(payload));
  if (room < 0) throw new Error(`the example is ${-room} bytes too large even without its links`);
  payload.issue.body += '.'.repeat(room);
  return Buffer.from(JSON.stringify(payload));
}

/** What the mappings in a folder would make of a dead letter. */
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import { loadProject } from '../../authoring/loadProject.ts';
import { isStored } from '../../core/envelope.ts';
import { routeConfiguration } from '../../core/files/configure.ts';
import { createContractCheck } from '../../core/mapping/contract.ts';
import { transform } from '../../core/mapping/transform.ts';
import type { DeadLetter } from './deadLetter.ts';

export type Rendering =
  | { readonly kind: 'body'; readonly json: string; readonly via: Via }
  | { readonly kind: 'dropped'; readonly via: Via }
  | { readonly kind: 'dead'; readonly code: string; readonly said: string; readonly via?: Via };

export interface Via {
  readonly file: string;
  readonly digest: string;
  readonly hasOutputContract: boolean;
}

export type Render = (letter: DeadLetter) => Rendering;

/** @throws Error when there is no such folder. */
export async function createRender(mappings: string): Promise<Render> {
  const engine = await authoringEngine();
  const checkContract = createContractCheck();
  const { project } = await loadProject(mappings, engine);
  const routes = new Map(project.routes.map(route => [route.name, routeConfiguration(route)]));
  return ({ envelope }) => {
    if (envelope === undefined) {
      return { kind: 'dead', code: 'message-unreadable', said: 'the message is no envelope of ours' };
    }
    if (isStored(envelope)) {
      return {
        kind: 'dead',
        code: 'body-unreadable',
        said: 'its body is no longer in the bucket of large bodies',
      };
    }
    const route = routes.get(envelope.route);
    if (route === undefined) {
      return {
        kind: 'dead',
        code: 'route-removed',
        said: `there is no route "${envelope.route}" in ${mappings}`,
      };
    }
    const { mapping, mappingDigest: digest, contract } = route;
    const via: Via = { file: mapping.file, digest, hasOutputContract: contract.output !== undefined };
    const made = transform(engine, checkContract, route, envelope, Date.now());
    switch (made.kind) {
      case 'body':
        return { kind: 'body', json: made.json, via };
      case 'dropped':
        return { kind: 'dropped', via };
      case 'error': {
        const { code, message, file, line, column } = made.error;
        const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
        return { kind: 'dead', code, said: `${message} (${place})`, via };
      }
      default:
        return made satisfies never;
    }
  };
}

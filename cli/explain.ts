/** `try --explain`: the answer for one place of the output. */
import { z } from 'zod';
import { explainOutput } from '../core/authoring/explain/explainOutput.ts';
import { type OutputPath, writePath } from '../core/authoring/explain/outputPath.ts';
import { placeIn } from '../core/authoring/proof/observe.ts';
import type { MappingFiles } from '../core/files/compileProject.ts';
import type { Example } from '../core/files/exampleFiles.ts';
import { excerptOf } from '../core/files/excerpt.ts';
import type { Route } from '../core/files/routeFile.ts';
import { exampleInput } from '../core/files/runExample.ts';
import type { Value } from '../core/jsonata/values.ts';
import type { Engine } from '../core/mapping/engine.ts';
import { readPayload } from '../core/payload.ts';

export const explained = z
  .object({
    path: z.string(),
    isThere: z.boolean(),
    type: z.string(),
    why: z.string().optional().describe('why it is missing'),
    file: z.string().optional(),
    line: z.int().optional(),
    column: z.int().optional(),
    excerpt: z.string().optional().describe('the line, with a caret below the expression'),
    reads: z.array(z.object({ path: z.string(), type: z.string() })),
  })
  .optional()
  .describe('with --explain: where a value of the output comes from');

export type Explained = NonNullable<z.output<typeof explained>>;

/** Undefined where the mapping itself fails or gives nothing: then there is no output to explain. */
export function explain(
  engine: Engine,
  route: Route,
  example: Pick<Example, 'body' | 'context' | 'file'>,
  path: OutputPath,
  files: MappingFiles,
): Explained | undefined {
  const { input, now } = exampleInput(route, example);
  const payload = readPayload(input.body, input.headers['content-type'], input.headers['content-encoding']);
  if (payload.kind === 'undecodable') return undefined;
  const value = { payload: payload.value as Value, headers: input.headers, event: input.event } as Value;
  const { evaluation, trace } = engine.trace(route.mapping, { value, now, seed: input.event.id });
  const program = engine.programOf(route.mapping);
  if (evaluation.kind !== 'value' || program === undefined) return undefined;
  const shared = (route.mapping.shared?.functions ?? []).flatMap(({ source }) => source.program ?? []);
  const found = explainOutput(program, trace, evaluation.value, path, shared);
  const { node, isThere, type, why, reads } = found;
  const place = node === undefined ? undefined : placeIn(route.mapping, node.at);
  const text = place === undefined ? undefined : files.get(place.file);
  const excerpt =
    place === undefined || text === undefined ? undefined : excerptOf(text, place.line, place.column);
  return {
    ...{ path: writePath(path), isThere, type, reads: [...reads] },
    ...(why === undefined ? {} : { why }),
    ...(place === undefined ? {} : place),
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}

export function explainedText({
  path,
  isThere,
  type,
  why,
  file,
  line,
  column,
  excerpt,
  reads,
}: Explained): string {
  return [
    `${path === '' ? 'the output' : path}: ${isThere ? type : `not there: ${why}`}`,
    ...(file === undefined
      ? []
      : [`  ${isThere ? 'made at' : 'it was to come from'} ${file}:${line}:${column}`]),
    ...(excerpt === undefined ? [] : [excerpt.replace(/^/gm, '    ')]),
    ...reads.map(read => `  read ${read.path}: ${read.type}`),
  ].join('\n');
}

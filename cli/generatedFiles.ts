import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { loadProject } from '../authoring/loadProject.ts';
import { drawMap } from '../core/authoring/map/drawMap.ts';
import { asMarkdown } from '../core/authoring/map/markdown.ts';
import { destinationFile } from '../core/files/destinationFile.ts';
import { exampleContext } from '../core/files/exampleFiles.ts';
import { formatProblem, hasErrors } from '../core/files/problem.ts';
import { providerFile } from '../core/files/providerFile.ts';
import { routeFile } from '../core/files/routeFile.ts';
import { sourceFile } from '../core/files/sourceFile.ts';
import { loadCommands } from './commands.ts';

const FILE_SCHEMAS = {
  source: sourceFile,
  destination: destinationFile,
  route: routeFile,
  'example-context': exampleContext,
  provider: providerFile,
} as const;

/** Path → text of every generated file. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [name, schema] of Object.entries(FILE_SCHEMAS)) {
    files.set(`docs/schemas/${name}.schema.json`, toText(z.toJSONSchema(schema, { io: 'input' })));
  }
  const shapes = Object.fromEntries(
    (await loadCommands()).map(command => {
      const { $schema: _, ...shape } = z.toJSONSchema(command.output, { io: 'output' });
      return [command.name, shape];
    }),
  );
  files.set(
    'docs/cli.schema.json',
    toText({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'What each hookwright command prints with --json',
      description: 'Exit codes: 0 fine, 1 found problems, 2 misuse.',
      type: 'object',
      properties: shapes,
      additionalProperties: false,
    }),
  );
  files.set('docs/integrations.md', await integrationMap());
  return files;
}

/** Of the shipped mappings: whoever changes them sees in the same pull request what that does to the map. */
async function integrationMap(): Promise<string> {
  const { project, problems } = await loadProject(fileURLToPath(new URL('../mappings', import.meta.url)));
  if (hasErrors(problems)) {
    throw new Error(`a map of broken files would be wrong:\n${problems.map(formatProblem).join('\n')}`);
  }
  return `<!-- Generated from mappings/ by \`npm run generate\`, and refused when it is out of date. -->\n\n${asMarkdown(drawMap(project))}\n`;
}

const toText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

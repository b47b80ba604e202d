import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { checkProject } from '../../authoring/checkProject.ts';
import { readCatalogue } from '../../authoring/readCatalogue.ts';

describe('the shipped integrations', () => {
  it('pass every check and every example, without a warning', async () => {
    const { problems, project } = await checkProject('mappings');
    expect(problems).toEqual([]);
    expect(Object.keys(project.sources).sort()).toEqual(['github', 'pagerduty', 'shopify', 'stripe']);
  });

  it('have at least an output, a dropped and a failing example for each route', async () => {
    const { project } = await checkProject('mappings');
    for (const { name, examples } of project.routes) {
      const kinds = new Set(examples.map(({ expectation }) => expectation.kind));
      expect([...kinds].sort(), name).toEqual(['dropped', 'error', 'output']);
      expect(examples.length, name).toBeGreaterThanOrEqual(5);
    }
  });

  it('use what GitHub really posts', async () => {
    const published = createRequire(import.meta.url)(
      '@octokit/webhooks-examples/api.github.com/index.json',
    ) as {
      name: string;
      examples: unknown[];
    }[];
    const issues = published.find(({ name }) => name === 'issues')?.examples ?? [];
    const folder = 'mappings/github-issue-to-ops-chat/examples';
    for (const example of ['02-one-label', '04-reopened']) {
      const payload: unknown = JSON.parse(await readFile(`${folder}/${example}.input.json`, 'utf8'));
      expect(issues, example).toContainEqual(payload);
    }
  });
});

describe('the catalogue', () => {
  it('says of every provider where its facts were read, and how sure they are', async () => {
    const catalogue = await readCatalogue();
    expect(catalogue.names.length).toBeGreaterThan(190);
    for (const name of catalogue.names) {
      expect(catalogue.provider(name)?.facts.from.length, name).toBeGreaterThan(3);
    }
  });

  it('knows no other names, and not those that every object has', async () => {
    const catalogue = await readCatalogue();
    for (const name of ['', 'githubb', 'constructor', '__proto__']) {
      expect(catalogue.provider(name)).toBeUndefined();
    }
  });
});

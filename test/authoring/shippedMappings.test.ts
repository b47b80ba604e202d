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
  it('holds the providers that the README names, each with the source of its facts', async () => {
    const catalogue = await readCatalogue();
    expect(Object.keys(catalogue).sort()).toEqual([
      'github',
      'pagerduty',
      'shopify',
      'slack',
      'standard-webhooks',
      'stripe',
    ]);
    for (const { docs, facts } of Object.values(catalogue)) {
      expect(docs).toMatch(/^https:\/\//);
      expect(facts.from.length).toBeGreaterThan(5);
    }
  });
});

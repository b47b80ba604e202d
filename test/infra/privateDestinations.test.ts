import { describe, expect, it } from 'vitest';
import type { Destination } from '../../core/files/destinationFile.ts';
import { formatProblem } from '../../core/files/problem.ts';
import { privateDestinationProblems } from '../../infra/privateDestinations.ts';
import { type StageName, stageOf } from '../../infra/stages.ts';
import { destination } from './synthesize.ts';

const problemsIn = (stage: StageName, overrides: Partial<Destination>): string[] =>
  privateDestinationProblems(stageOf(stage), [destination('ledger', overrides)]).map(formatProblem);

describe.each(['dev', 'prod'] as const)('the stage %s', stage => {
  it.each([
    { url: 'http://ledger.example.com/hooks', rule: 'would send data in the clear' },
    { url: 'https://10.1.2.3/hooks', rule: '10.1.2.3 is a private address' },
    { url: 'https://127.0.0.1:8443/hooks', rule: '127.0.0.1 is a private address' },
    { url: 'https://[::1]/hooks', rule: '::1 is a private address' },
    { url: 'https://localhost/hooks', rule: 'localhost is a private address' },
  ])(
    'refuses to deliver to $url, and says where that is written and which rule it breaks',
    ({ url, rule }) => {
      const [problem, ...others] = problemsIn(stage, { url });
      expect(others).toEqual([]);
      expect(problem).toContain('mappings/destinations/ledger.yaml error ');
      expect(problem).toContain(`url: "${url}" cannot be delivered to in the stage ${stage}: `);
      expect(problem).toContain(rule);
      expect(problem).toContain('only the stage local may');
    },
  );

  it('refuses an address that the file allows for the local stage, and the allowance too', () => {
    const problems = problemsIn(stage, {
      url: 'http://127.0.0.1:9000/hooks',
      allowPrivate: ['127.0.0.1/32'],
    });
    expect(problems).toHaveLength(2);
    expect(problems[1]).toContain(`allowPrivate: [127.0.0.1/32] is refused in the stage ${stage}`);
  });

  it('refuses an allowance for a URL that is a secret', () => {
    const problems = problemsIn(stage, {
      url: { secret: 'destinations/ledger-url' },
      allowPrivate: ['10.0.0.0/8'],
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('allowPrivate: [10.0.0.0/8]');
  });

  it('takes public https', () => {
    expect(problemsIn(stage, {})).toEqual([]);
    expect(problemsIn(stage, { url: { secret: 'destinations/ledger-url' } })).toEqual([]);
  });
});

describe('the stage local', () => {
  it('takes what a file allows', () => {
    expect(
      problemsIn('local', { url: 'http://127.0.0.1:9000/hooks', allowPrivate: ['127.0.0.1/32'] }),
    ).toEqual([]);
  });
});

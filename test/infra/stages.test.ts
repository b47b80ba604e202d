import { describe, expect, it } from 'vitest';
import { deadLetterQueueName, NAME_PATTERN } from '../../core/names.ts';
import { STAGES } from '../../infra/stages.ts';
import { resourcesFor, stackFor } from './synthesize.ts';

const LONGEST_DESTINATION = 'd'.repeat(40);

describe.each(Object.keys(STAGES))('the stage %s', name => {
  it('has a name that leaves room for any destination in 80 characters', () => {
    expect(name).toMatch(NAME_PATTERN);
    expect(deadLetterQueueName(name, LONGEST_DESTINATION).length).toBeLessThanOrEqual(80);
  });
});

describe('stages', () => {
  it('other than local run in AWS, where private addresses are refused', () => {
    const allowed = Object.entries(STAGES).filter(
      ([, settings]) => settings.privateDestinations !== 'refused',
    );
    expect(allowed.map(([name]) => name)).toEqual(['local']);
  });

  it('differ in names and settings only, not in what is built', () => {
    const types = (stage: keyof typeof STAGES) =>
      Object.entries(resourcesFor(undefined, stage)).flatMap(([id, { Type }]) =>
        Type === 'AWS::Lambda::Version' ? [] : [`${id} ${Type}`],
      );
    expect(types('local')).toEqual(types('prod'));
    expect(types('dev')).toEqual(types('prod'));
  });

  it('such as prod cannot be destroyed by one command', () => {
    expect(stackFor(undefined, 'prod').terminationProtection).toBe(true);
    expect(stackFor(undefined, 'dev').terminationProtection).toBe(false);
  });
});

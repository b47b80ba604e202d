import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../core/files/problem.ts';
import { readContext } from '../../infra/context.ts';

const read = (context: Record<string, unknown>) => {
  const { context: read, problems } = readContext(new App({ context }).node);
  return { read, problems: problems.map(formatProblem) };
};

describe('the context of the app', () => {
  it('is the stage dev with the mappings folder when nothing is said', () => {
    const { read: context, problems } = read({});
    expect(problems).toEqual([]);
    expect(context).toEqual({ stage: expect.objectContaining({ name: 'dev' }), mappings: 'mappings' });
  });

  it('takes another stage, folder and bundles made earlier', () => {
    const { read: context } = read({ stage: 'prod', mappings: 'demo', bundles: '/tmp/bundles' });
    expect(context).toMatchObject({ stage: { name: 'prod' }, mappings: 'demo', bundles: '/tmp/bundles' });
  });

  it.each([
    {
      context: { stage: 'prdo' },
      problem: '-c stage error context: there is no stage "prdo"\n    → did you mean "prod"?',
    },
    { context: { stage: 'toString' }, problem: '-c stage error context: there is no stage "toString"' },
    { context: { stage: 'local' }, problem: '-c inboxUrl error' },
    { context: { stage: 'local', deliver: 'inbx' }, problem: '"inbx" is neither inbox nor real' },
    { context: { mappings: '' }, problem: '-c mappings error context: "" is not a text' },
    { context: { bundles: 7 }, problem: '-c bundles error context: 7 is not a text' },
    { context: { stage: 'prod', deliver: 'inbox' }, problem: 'only local has an inbox' },
    {
      context: { stage: 'prod', frontDoor: 'function-url' },
      problem: '-c frontDoor error context: the front door of the stage prod is said in infra/stages.ts',
    },
    {
      context: { stage: 'local', deliver: 'real', frontDoor: 'alb' },
      problem: '-c frontDoor error context: "alb" is neither http-api nor function-url',
    },
    {
      context: { stage: 'prod', inboxUrl: 'http://127.0.0.1:1' },
      problem: '-c inboxUrl error context: the stage prod',
    },
  ])('refuses $context', ({ context, problem }) => {
    const { read: nothing, problems } = read(context);
    expect(nothing).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('of the local stage leads to the inbox unless told otherwise', () => {
    const inboxUrl = 'http://127.0.0.1:8787/_inbox';
    expect(read({ stage: 'local', inboxUrl }).read?.inboxUrl).toBe(inboxUrl);
    expect(read({ stage: 'local', inboxUrl, deliver: 'inbox' }).read?.inboxUrl).toBe(inboxUrl);
    expect(read({ stage: 'local', inboxUrl, deliver: 'real' }).read).not.toHaveProperty('inboxUrl');
    expect(read({ stage: 'local', deliver: 'real' }).problems).toEqual([]);
  });
});

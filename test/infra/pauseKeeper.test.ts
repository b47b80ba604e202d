import { describe, expect, it } from 'vitest';
import { functionOf, ofType, pointsTo, resource, resourcesFor } from './synthesize.ts';

const resources = resourcesFor();
const keeper = functionOf(resources, 'keeper');
const rules = ofType(resources, 'AWS::Events::Rule').map(([id, { Properties }]) => ({ id, Properties }));
const ruleWith = (property: string): (typeof rules)[number]['Properties'] => {
  const found = rules.find(({ Properties }) => property in Properties);
  if (found === undefined) throw new Error(`no rule with ${property}`);
  return found.Properties;
};

describe('the pause keeper', () => {
  it('is called when a deploy of this stack has ended, well or not', () => {
    const pattern = ruleWith('EventPattern')['EventPattern'];
    expect(pattern).toMatchObject({
      source: ['aws.cloudformation'],
      'detail-type': ['CloudFormation Stack Status Change'],
      resources: [{ Ref: 'AWS::StackId' }],
    });
    const { status } = (pattern as { detail: { 'status-details': { status: string[] } } }).detail[
      'status-details'
    ];
    expect(status).toEqual(expect.arrayContaining(['UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']));
    for (const each of status) expect(each).not.toMatch(/_IN_PROGRESS$(?<!CLEANUP_IN_PROGRESS)/);
  });

  it('is called every five minutes too', () => {
    expect(ruleWith('ScheduleExpression')).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
    });
  });

  it('is told of every event source mapping, and whose it is', () => {
    const mappings = ofType(resources, 'AWS::Lambda::EventSourceMapping').map(([id]) => id);
    expect(rules).toHaveLength(2);
    for (const rule of rules) {
      const [target, ...others] = rule.Properties['Targets'];
      expect(others).toEqual([]);
      expect(pointsTo(target.Arn)).toBe(keeper[0]);
      const text = target.Input['Fn::Join'][1]
        .map((part: unknown) => (typeof part === 'string' ? part : pointsTo(part)))
        .join('');
      expect(JSON.parse(text)).toEqual({
        // So that the end of a deploy is a mark on the graphs.
        ...(rule.Properties['EventPattern'] === undefined ? {} : { deployed: 'hookwright-prod' }),
        mappings: ['ledger', 'ops-chat'].map((destination, index) => ({
          destination,
          uuid: mappings[index],
        })),
      });
    }
  });

  it('may be called by its rules alone', () => {
    const permissions = ofType(resources, 'AWS::Lambda::Permission')
      .map(([, { Properties }]) => Properties)
      .filter(properties => pointsTo(properties['FunctionName']) === keeper[0]);
    expect(permissions.map(({ SourceArn }) => pointsTo(SourceArn)).sort()).toEqual(
      rules.map(({ id }) => id).sort(),
    );
    for (const { Principal } of permissions) expect(Principal).toBe('events.amazonaws.com');
  });

  it('logs where deliver does, and knows nothing but its stage', () => {
    const { Environment, LoggingConfig } = keeper[1].Properties;
    expect(Environment.Variables).toEqual({
      HOOKWRIGHT_STAGE: 'prod',
      NODE_OPTIONS: '--enable-source-maps',
    });
    expect(resource(resources, pointsTo(LoggingConfig.LogGroup)).Properties['LogGroupName']).toBe(
      '/hookwright/prod/deliver',
    );
  });
});

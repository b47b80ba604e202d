/** EventBridge rules as the template has them: what the local stack cannot do is an error, never left out. */
import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/template/readAssembly.ts';
import { tinyAssembly } from './tinyAssembly.ts';

const KEEPER = {
  Type: 'AWS::Lambda::Function',
  Properties: { Runtime: 'nodejs24.x', Handler: 'index.handler', Code: { S3Key: 'code.zip' } },
};
const Targets = [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['Keeper', 'Arn'] }, Input: '{"mappings":[]}' }];
const DEPLOY = {
  source: ['aws.cloudformation'],
  'detail-type': ['CloudFormation Stack Status Change'],
  resources: [{ Ref: 'AWS::StackId' }],
};

const read = (Properties: Record<string, unknown>) =>
  readAssembly(tinyAssembly({ Keeper: KEEPER, Rule: { Type: 'AWS::Events::Rule', Properties } })).rules;

describe('a rule', () => {
  it.each([
    [{ EventPattern: DEPLOY }, { kind: 'deploy' }],
    [{ ScheduleExpression: 'rate(5 minutes)' }, { kind: 'schedule', everyMinutes: 5 }],
    [{ ScheduleExpression: 'rate(1 minute)' }, { kind: 'schedule', everyMinutes: 1 }],
  ])('%j is read', (when, trigger) => {
    expect(read({ ...when, State: 'ENABLED', Targets })).toMatchObject([
      { logicalId: 'Rule', functionName: 'tiny-Keeper', input: '{"mappings":[]}', trigger },
    ]);
  });

  it.each([
    [{ ScheduleExpression: 'rate(1 hour)', Targets }, 'not a rate in minutes'],
    [{ ScheduleExpression: 'cron(0 8 * * ? *)', Targets }, 'not a rate in minutes'],
    [
      { EventPattern: { source: ['aws.s3'], 'detail-type': ['x'] }, Targets },
      'no events but that of a deploy',
    ],
    [{ EventPattern: DEPLOY, Targets: [] }, 'exactly one function'],
    [{ EventPattern: DEPLOY, Targets, RoleArn: 'x' }, 'does not know this property'],
    [{ EventPattern: DEPLOY, Targets, State: 'DISABLED' }, 'DISABLED'],
  ])('%j is refused', (properties, said) => {
    expect(() => read(properties)).toThrow(said);
  });
});

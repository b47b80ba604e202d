import { describe, expect, it } from 'vitest';
import { LEASE_SECONDS } from '../../core/receive/claim.ts';
import {
  destination,
  functionOf,
  list,
  ofType,
  only,
  pointsTo,
  projectOf,
  type Resources,
  resourcesFor,
  source,
} from './synthesize.ts';

const deduping = projectOf(
  [destination('ledger')],
  [source('github'), source('stripe', { dedupe: { seconds: 86_400, by: 'id' } })],
);
const resources = resourcesFor(deduping);

describe('without a source that dedupes', () => {
  it('there is no table, no permission for one and no alarm', () => {
    const none = resourcesFor();
    expect(ofType(none, 'AWS::DynamoDB::Table')).toEqual([]);
    expect(JSON.stringify(none)).not.toMatch(/dynamodb|claims/i);
  });
});

describe('the table of claims', () => {
  const table = only(resources, 'AWS::DynamoDB::Table');

  it('has the name that receive makes of its stage, and costs what is used', () => {
    expect(table.Properties).toEqual({
      TableName: 'hookwright-prod-claims',
      AttributeDefinitions: [{ AttributeName: 'claimId', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'claimId', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  it('goes with the stack, because a claim is worth nothing after days', () => {
    expect(table).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });

  it('may be written by receive, in the two ways that it writes, and by nobody else', () => {
    const [tableId] = ofType(resources, 'AWS::DynamoDB::Table')[0] ?? [];
    const allowed = ofType(resources, 'AWS::IAM::Policy').flatMap(([, policy]) =>
      policy.Properties['PolicyDocument'].Statement.filter((statement: { Action: unknown }) =>
        JSON.stringify(statement.Action).includes('dynamodb'),
      ).map((statement: { Action: unknown; Resource: unknown }) => ({
        actions: list(statement.Action),
        resource: pointsTo(statement.Resource),
        roles: policy.Properties['Roles'].map(pointsTo),
      })),
    );
    expect(allowed).toEqual([
      {
        actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
        resource: tableId,
        roles: [pointsTo(functionOf(resources, 'receive')[1].Properties['Role'])],
      },
    ]);
  });
});

describe('a lease', () => {
  it('outlasts the invocation that holds it twice over', () => {
    const { Timeout } = functionOf(resources, 'receive')[1].Properties;
    expect(LEASE_SECONDS).toBeGreaterThanOrEqual(2 * Timeout);
  });
});

describe('the alarm', () => {
  const alarmOf = (all: Resources) => {
    const found = ofType(all, 'AWS::CloudWatch::Alarm').find(([, { Properties }]) =>
      Properties['AlarmName'].endsWith('claims-unavailable'),
    );
    if (found === undefined) throw new Error('no alarm');
    return found[1].Properties;
  };

  it('makes a ticket of one claim that could not be stored', () => {
    const alarm = alarmOf(resources);
    expect(alarm).toMatchObject({
      AlarmName: 'hookwright-prod-front-door-claims-unavailable',
      Namespace: 'Hookwright/prod',
      MetricName: 'ClaimFault',
      Dimensions: [{ Name: 'stage', Value: 'prod' }],
      Statistic: 'Sum',
      Period: 300,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
    expect(pointsTo(list(alarm['AlarmActions'])[0])).toMatch(/^OnCallTicket/);
    expect(alarm['AlarmDescription']).toContain('Runbook: docs/operations.md#claims-unavailable');
  });
});

import { describe, expect, it } from 'vitest';
import {
  destination,
  idsOf,
  ofType,
  projectOf,
  resourcesFor,
  resourcesOf,
  source,
  stackFor,
} from './synthesize.ts';

/**
 * CloudFormation knows a resource by its logical id: under a new one it makes a new resource and lets go of the old.
 * A new id for a queue leaves the messages of the old one undelivered, a new id for a secret leaves its value behind, a
 * new id for the API changes the URL that every provider posts to, a new id for a mapping resumes what is paused, and a
 * new id for a log group fails the deployment, because its name is taken, and one for the archive's bucket as well: what
 * it holds could be replayed no more.
 *
 * When this test fails, do not edit the list: move the construct back, or keep the id with `overrideLogicalId`.
 */
const LOGICAL_IDS = {
  'AWS::SQS::Queue': [
    'ledgerDeadLetters4ED8F37A',
    'ledgerQueue6A7B623F',
    'opschatDeadLetters2792B339',
    'opschatQueue336F5B9C',
  ],
  'AWS::Lambda::EventSourceMapping': ['ledgerMapping0EE3ED64', 'opschatMapping36F7F161'],
  'AWS::SecretsManager::Secret': [
    'SecretsdestinationsledgerEB8B50F7',
    'Secretsdestinationsopschat85AAA82A',
    'Secretssourcesgithub2C2BE33D',
    'Secretssourcesstripe4CDA2E06',
  ],
  'AWS::ApiGatewayV2::Api': ['FrontDoorApi9446D656'],
  'AWS::ApiGatewayV2::Stage': ['FrontDoorStage64A90D40'],
  'AWS::Lambda::Function': [
    'DeliverFunction3CEE947F',
    'PauseKeeperFunction3E93167E',
    'ReceiveFunction17887CAC',
  ],
  'AWS::Lambda::Alias': ['DeliverLive836A4195', 'ReceiveLiveAAB24F3A'],
  'AWS::Logs::LogGroup': ['DeliverLogs7C1DBFA6', 'FrontDoorAccessLogs5339A6AD', 'ReceiveLogsE4C37026'],
};

describe('logical ids', () => {
  it.each(Object.entries(LOGICAL_IDS))('of %s are what was deployed', (type, expected) => {
    expect(
      ofType(resourcesFor(), type)
        .map(([id]) => id)
        .sort(),
    ).toEqual(expected);
  });

  it('of the table of claims is what was deployed: under another, its name would be taken', () => {
    const deduping = source('stripe', { dedupe: { seconds: 3600, by: 'id' } });
    const resources = resourcesFor(projectOf([destination('ledger')], [source('github'), deduping]));
    expect(ofType(resources, 'AWS::DynamoDB::Table').map(([id]) => id)).toEqual(['ClaimsTable4F5EEEF2']);
  });

  it('do not change when a source begins to dedupe', () => {
    const before = idsOf(resourcesFor(projectOf([destination('ledger')], [source('stripe')])));
    const deduping = source('stripe', { dedupe: { seconds: 3600, by: 'id' } });
    const after = idsOf(resourcesFor(projectOf([destination('ledger')], [deduping])));
    expect(after.filter(id => !before.includes(id)).map(id => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'ClaimsTable',
      'ClaimsUnavailable',
    ]);
    expect(before.filter(id => !after.includes(id))).toEqual([]);
  });

  it('of the archive is what was deployed, whichever sources archive', () => {
    const archiving = (...names: string[]) =>
      resourcesFor(
        projectOf(
          [destination('ledger'), destination('ops-chat')],
          names.map(name => source(name, { archiveDays: 30 })),
        ),
      );
    for (const resources of [archiving('github'), archiving('stripe'), archiving('github', 'stripe')]) {
      expect(
        ofType(resources, 'AWS::S3::Bucket')
          .map(([id]) => id)
          .sort(),
      ).toEqual(['ArchiveBucket49F1AC64', 'BodiesBucket7CDFEDE9']);
    }
  });

  it('of the function URL is what was deployed: under another it would be another URL', () => {
    const resources = resourcesOf(
      stackFor(undefined, 'prod', undefined, { frontDoor: { kind: 'function-url' } }),
    );
    expect(ofType(resources, 'AWS::Lambda::Url').map(([id]) => id)).toEqual([
      'ReceiveLiveFunctionUrl92F90EF1',
    ]);
  });

  it('are the same in every stage', () => {
    expect(idsOf(resourcesFor(undefined, 'dev'))).toEqual(idsOf(resourcesFor(undefined, 'prod')));
    expect(idsOf(resourcesFor(undefined, 'local'))).toEqual(idsOf(resourcesFor(undefined, 'prod')));
  });

  it('of a destination do not depend on the others', () => {
    const idsOf = (names: readonly string[]) =>
      ofType(resourcesFor(projectOf(names.map(name => destination(name)))), 'AWS::SQS::Queue')
        .map(([id]) => id)
        .filter(id => id.startsWith('ledger'));
    expect(idsOf(['archive', 'ledger', 'zebra'])).toEqual(idsOf(['ledger']));
  });

  it('of destinations that differ in a hyphen only do not clash', () => {
    const resources = resourcesFor(projectOf([destination('ops-chat'), destination('opschat')]));
    expect(ofType(resources, 'AWS::SQS::Queue')).toHaveLength(4);
  });
});

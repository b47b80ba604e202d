import type { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { arnOf, destination, list, ofType, projectOf, resourcesFor, source, stackFor } from './synthesize.ts';

/** As long as a name may be. */
const longName = (index: number): string => `${'d'.repeat(37)}-${String(index).padStart(2, '0')}`;
const FULL = projectOf(
  Array.from({ length: 24 }, (_, index) => destination(longName(index))),
  Array.from({ length: 15 }, (_, index) => source(`source-${index}`)),
);

describe('a stack of 24 destinations and 15 sources', () => {
  const resources = resourcesFor(FULL);

  it('has at most 450 resources, of the 500 that CloudFormation takes', () => {
    expect(ofType(resources, 'AWS::SQS::Queue')).toHaveLength(48);
    expect(Object.keys(resources).length).toBeLessThanOrEqual(450);
  });

  it('stays under the 1 MB that a template may have', () => {
    expect(JSON.stringify(resources).length).toBeLessThan(500_000);
  });

  it('has no queue with a name over 80 characters', () => {
    for (const [, queue] of ofType(resources, 'AWS::SQS::Queue')) {
      expect(queue.Properties['QueueName'].length).toBeLessThanOrEqual(80);
    }
  });

  it('has policies that fit with their references filled in', () => {
    // IAM counts without white space: 10,240 characters for all inline policies of a role, 6,144 for a managed one, of
    // which a role takes ten.
    // The longest region's name is 5 characters longer than the one of the local account.
    const size = ({ Statement }: { Statement: { Resource: unknown }[] }): number =>
      JSON.stringify(
        Statement.map(statement => ({
          ...statement,
          Resource: list(statement.Resource).map(target => `${arnOf(resources, target)}.....`),
        })),
      ).length;
    const sizes = (type: string) =>
      ofType(resources, type).map(([, { Properties }]) => size(Properties['PolicyDocument']));
    expect(sizes('AWS::IAM::Policy')).toHaveLength(3);
    expect(Math.max(...sizes('AWS::IAM::Policy'))).toBeLessThanOrEqual(10_240);
    expect(Math.max(...sizes('AWS::IAM::ManagedPolicy'))).toBeLessThanOrEqual(6_144);
    expect(sizes('AWS::IAM::ManagedPolicy').length).toBeLessThanOrEqual(10);
  });
});

describe('the rules of a stack of 24 destinations', () => {
  it('have an input within the 8,192 characters that a target takes', () => {
    const inputs = ofType(resourcesFor(FULL), 'AWS::Events::Rule').map(
      ([, { Properties }]) => Properties['Targets'][0].Input['Fn::Join'][1] as unknown[],
    );
    expect(inputs).toHaveLength(2);
    for (const parts of inputs) {
      const text = parts.map(part => (typeof part === 'string' ? part : 'u'.repeat(36))).join('');
      expect(JSON.parse(text).mappings).toHaveLength(24);
      expect(text.length).toBeLessThanOrEqual(8_192);
    }
  });
});

describe('the template', () => {
  it("breaks none of CloudFormation's own rules", () => {
    const deduping = source('github', { dedupe: { seconds: 86_400, by: 'id' } });
    const stack = stackFor(projectOf([destination('ledger')], [deduping]), 'prod', {
      builtinCloudFormationValidation: true,
      context: { '@aws-cdk/core:validateAgainstDefaultRules': true },
    });
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  }, 120_000);
});

/** What the roles of a template may do, and how long their policies are. */
import { arnOf, list, ofType, pointsTo, type Resource, type Resources } from './synthesize.ts';

export const POLICY_TYPES = [
  'AWS::IAM::Policy',
  'AWS::IAM::ManagedPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
];

interface Statement {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Resource?: unknown;
  readonly Principal?: { readonly AWS?: unknown };
}

export interface Allowed {
  readonly action: string;
  /** An ARN of the local account; `*` in it stands for anything. */
  readonly resource: string;
}

/**
 * By its role's policies, and by the policies of queues that name its role.
 *
 * @param policiesIn - another stack's template, to look for the latter there.
 */
export function allowedToFunction(
  resources: Resources,
  { Properties }: Resource,
  policiesIn: Resources = resources,
): Allowed[] {
  const roleId = pointsTo(Properties['Role']);
  const roleArn = arnOf(resources, { 'Fn::GetAtt': [roleId, 'Arn'] });
  return POLICY_TYPES.flatMap(type => ofType(policiesIn, type)).flatMap(([, policy]) => {
    const isOfRole =
      policiesIn === resources &&
      list(policy.Properties['Roles'] ?? []).some(each => pointsTo(each) === roleId);
    return (policy.Properties['PolicyDocument'].Statement as Statement[])
      .filter(({ Principal }) =>
        isOfRole ? true : Principal?.AWS !== undefined && arnOf(policiesIn, Principal.AWS) === roleArn,
      )
      .flatMap(statement => {
        if (statement.Effect !== 'Allow' || 'NotAction' in statement || 'Condition' in statement) {
          throw new Error(`not a plain permission: ${JSON.stringify(statement)}`);
        }
        return allowedIn(policiesIn, statement);
      });
  });
}

const allowedIn = (resources: Resources, { Action, Resource }: Statement): Allowed[] =>
  list(Action).flatMap(action =>
    list(Resource).map(target => ({ action: String(action), resource: arnOf(resources, target) })),
  );

/** @param construct - what the logical id of a managed policy begins with. */
export const allowedBy = (resources: Resources, construct: string): Allowed[] =>
  ofType(resources, 'AWS::IAM::ManagedPolicy')
    .filter(([id]) => id.startsWith(construct))
    .flatMap(([, { Properties }]) =>
      (Properties['PolicyDocument'].Statement as Statement[]).flatMap(statement =>
        allowedIn(resources, statement),
      ),
    );

interface Sizes {
  inline: number;
  readonly managed: number[];
}

/** The longest region's name is 5 characters longer than that of the local account. */
const LONGER_REGION = '.....';

/** As IAM counts, which is without white space: characters of all inline policies together, and of each managed one. */
export function sizesOfPolicies(resources: Resources): ReadonlyMap<string, Sizes> {
  const sizes = new Map<string, Sizes>();
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'] as const) {
    for (const [, { Properties }] of ofType(resources, type)) {
      const statements = Properties['PolicyDocument'].Statement as Statement[];
      const text = JSON.stringify({
        Version: '2012-10-17',
        Statement: statements.map(statement => ({
          ...statement,
          Resource: list(statement.Resource).map(each => `${arnOf(resources, each)}${LONGER_REGION}`),
        })),
      });
      for (const role of list(Properties['Roles'] ?? []).map(pointsTo)) {
        const known = sizes.get(role) ?? { inline: 0, managed: [] };
        if (type === 'AWS::IAM::Policy') known.inline += text.length;
        else known.managed.push(text.length);
        sizes.set(role, known);
      }
    }
  }
  return sizes;
}

/** The secrets that sources and destinations name in their files: empty boxes, filled by a person, or there already. */
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, type IRole, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { secretId } from '../core/names.ts';
import { SECRET_ARN_CHARACTERS } from '../core/shards.ts';
import type { Stage } from './stages.ts';

export const READ_SECRET: readonly string[] = ['secretsmanager:GetSecretValue'];

export class Secrets extends Construct {
  /** The whole ARN of each, or as much of it as is known. */
  readonly #arns: ReadonlyMap<string, string>;

  /** @param names - as the integrators write them, such as `sources/github`; repeats are one secret. */
  constructor(scope: Construct, id: string, stage: Stage, names: Iterable<string>) {
    super(scope, id);
    const arnOf = (name: string): string =>
      stage.secrets === 'created' ? this.#make(stage.name, name).ref : secretArnIn(this, stage, name);
    this.#arns = new Map([...new Set(names)].sort().map(name => [name, arnOf(name)]));
  }

  /** @throws for one that was not declared. */
  arnsOf(names: readonly string[]): string[] {
    return [...new Set(names)].map(name => {
      const arn = this.#arns.get(name);
      if (arn === undefined) throw new Error(`no secret ${name} was declared`);
      return arn;
    });
  }

  /**
   * The plain resource, because the construct library's `Secret` always has a generated value. A random value would
   * look like a working secret and refuse every webhook as forged; an empty one is refused loudly at run time.
   */
  #make(stageName: string, name: string): CfnSecret {
    // A slash would end the construct's id, and a dot is in no secret's name.
    const secret = new CfnSecret(this, name.replaceAll('/', '.'), {
      name: secretId(stageName, name),
      description: `Hookwright ${stageName}: ${name}. Made empty; its value is set by a person.`,
    });
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return secret;
  }
}

/** Of a secret that another made. Secrets Manager ends an ARN with a hyphen and six characters of its own, which only it knows. */
function secretArnIn(scope: Construct, stage: Stage, name: string): string {
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${secretId(stage.name, name)}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** Of the 6,144 that IAM takes in a managed policy; the rest is what is around the names. */
const MAX_POLICY_CHARACTERS = 5_500;

/**
 * Lets a role read secrets that other stacks make, by name, because what a stack exports could no longer be changed there. In
 * policies cut by how long the names are: CDK cuts a role's own by a guess, and would make twice as many.
 */
export function readFarSecrets(scope: Construct, stage: Stage, role: IRole, names: readonly string[]): void {
  const policies: string[][] = [];
  let left = 0;
  for (const name of [...new Set(names)].sort()) {
    const characters = SECRET_ARN_CHARACTERS + name.length;
    if (characters > left) {
      policies.push([]);
      left = MAX_POLICY_CHARACTERS;
    }
    policies.at(-1)?.push(secretArnIn(scope, stage, name));
    left -= characters;
  }
  for (const [index, resources] of policies.entries()) {
    new ManagedPolicy(scope, `FarSecrets${index}`, {
      roles: [role],
      statements: [new PolicyStatement({ effect: Effect.ALLOW, actions: [...READ_SECRET], resources })],
    });
  }
}

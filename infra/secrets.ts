/** The secrets that sources and destinations name in their files: empty boxes, filled by a person. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { secretId } from '../core/names.ts';

export class Secrets extends Construct {
  readonly #byName: ReadonlyMap<string, CfnSecret>;

  /** @param names - as the integrators write them, such as `sources/github`; repeats are one secret. */
  constructor(scope: Construct, id: string, stageName: string, names: Iterable<string>) {
    super(scope, id);
    this.#byName = new Map([...new Set(names)].sort().map(name => [name, this.#make(stageName, name)]));
  }

  /** Lets a function read these secrets and no other. `Ref` is the whole ARN, so nothing needs a wildcard. */
  grantRead(grantee: IGrantable, names: readonly string[]): void {
    const resources = names.map(name => {
      const secret = this.#byName.get(name);
      if (secret === undefined) throw new Error(`no secret ${name} was declared`);
      return secret.ref;
    });
    if (resources.length === 0) return;
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions: ['secretsmanager:GetSecretValue'], resources }),
    );
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

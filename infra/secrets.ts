/** The secrets that sources and destinations name in their files: empty boxes, filled by a person, or there already. */
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { secretId } from '../core/names.ts';
import type { Stage } from './stages.ts';

export class Secrets extends Construct {
  /** The whole ARN of each, or as much of it as is known. */
  readonly #arns: ReadonlyMap<string, string>;

  /** @param names - as the integrators write them, such as `sources/github`; repeats are one secret. */
  constructor(scope: Construct, id: string, stage: Stage, names: Iterable<string>) {
    super(scope, id);
    const arnOf = (name: string): string =>
      stage.secrets === 'created' ? this.#make(stage.name, name).ref : this.#imported(stage.name, name);
    this.#arns = new Map([...new Set(names)].sort().map(name => [name, arnOf(name)]));
  }

  /** Lets a function read these secrets and no other. */
  grantRead(grantee: IGrantable, names: readonly string[]): void {
    const resources = [...new Set(names)].map(name => {
      const arn = this.#arns.get(name);
      if (arn === undefined) throw new Error(`no secret ${name} was declared`);
      return arn;
    });
    if (resources.length === 0) return;
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions: ['secretsmanager:GetSecretValue'], resources }),
    );
  }

  /** Secrets Manager ends an ARN with a hyphen and six characters of its own, which only it knows. */
  #imported(stageName: string, name: string): string {
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${secretId(stageName, name)}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
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

/**
 * Resolves the intrinsic functions that the synthesized template uses. Values are resolved when they are read, so a
 * resource that the local stack does not build may use anything at all.
 */
import {
  ACCOUNT,
  arn,
  PARTITION,
  queueArn,
  queueNameOf,
  queueUrl,
  REGION,
  tableArn,
  URL_SUFFIX,
} from '../account.ts';
import { functionNameOf } from './functionNamed.ts';
import { mappingUuid } from './mappingUuid.ts';
import { templateError } from './templateError.ts';

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
}

/** Where a value stands: for messages, and for nothing else. */
export interface Place {
  readonly logicalId: string;
  readonly property: string;
}

const NO_VALUE = Symbol('AWS::NoValue');

/** The physical name of a type's resource: the property that may set it. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Lambda::Alias': 'Name',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::IAM::Role': 'RoleName',
};

export class Resolver {
  readonly #template: Template;
  readonly #stackName: string;
  /** Names being resolved, so that a circle is an error instead of an overflow. */
  readonly #naming = new Set<string>();

  constructor(template: Template, stackName: string) {
    this.#template = template;
    this.#stackName = stackName;
  }

  /** A plain value: no intrinsic is left anywhere inside, and what is `AWS::NoValue` is left out. */
  resolve(value: unknown, place: Place): unknown {
    const resolved = this.#resolve(value, place);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  resourcesOfType(type: string): readonly (readonly [string, TemplateResource])[] {
    return Object.entries(this.#template.Resources).filter(([, resource]) => resource.Type === type);
  }

  /** What the deployment would call the resource: its own name, or one that CloudFormation makes up. */
  physicalName(logicalId: string): string {
    const resource = this.#template.Resources[logicalId];
    if (resource === undefined) throw templateError(logicalId, 'Ref', 'there is no such resource');
    const property = NAME_PROPERTIES[resource.Type];
    const named = property === undefined ? undefined : resource.Properties?.[property];
    if (property === undefined || named === undefined) return `${this.#stackName}-${logicalId}`;
    if (this.#naming.has(logicalId)) throw templateError(logicalId, property, 'the name depends on itself');
    this.#naming.add(logicalId);
    const name = this.resolve(named, { logicalId, property });
    this.#naming.delete(logicalId);
    if (typeof name !== 'string') throw templateError(logicalId, property, 'the name is not a string');
    return name;
  }

  #resolve(value: unknown, place: Place): unknown {
    if (Array.isArray(value)) {
      return value
        .map((item, index) => this.#resolve(item, at(place, `${index}`)))
        .filter(item => item !== NO_VALUE);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first !== undefined && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
      return this.#intrinsic(first[0], first[1], place);
    }
    return Object.fromEntries(
      entries
        .map(([key, item]) => [key, this.#resolve(item, at(place, key))] as const)
        .filter(([, item]) => item !== NO_VALUE),
    );
  }

  #intrinsic(name: string, argument: unknown, place: Place): unknown {
    switch (name) {
      case 'Ref':
        return this.#ref(this.#string(argument, place), place);
      case 'Fn::GetAtt':
        return this.#getAtt(argument, place);
      case 'Fn::Join': {
        const [separator, parts] = this.#list(argument, place);
        return this.#list(parts, place)
          .map(part => this.#string(part, place))
          .join(this.#string(separator, place));
      }
      case 'Fn::Sub':
        return this.#substitute(argument, place);
      case 'Fn::Split': {
        const [separator, text] = this.#list(argument, place);
        return this.#string(text, place).split(this.#string(separator, place));
      }
      case 'Fn::Select': {
        const [index, items] = this.#list(argument, place);
        const selected = this.#list(items, place)[Number(index)];
        if (selected === undefined)
          throw templateError(
            place.logicalId,
            place.property,
            `Fn::Select finds nothing at ${String(index)}`,
          );
        return selected;
      }
      default:
        throw templateError(place.logicalId, place.property, `${name} is not known to the local stack`);
    }
  }

  #ref(target: string, place: Place): unknown {
    const pseudo = this.#pseudoParameter(target);
    if (pseudo !== undefined) return pseudo;
    const parameter = this.#template.Parameters?.[target];
    if (parameter !== undefined) {
      if (parameter.Default === undefined) {
        throw templateError(place.logicalId, place.property, `parameter ${target} has no default`);
      }
      return parameter.Default;
    }
    const resource = this.#target(target, place);
    const name = this.physicalName(target);
    switch (resource.Type) {
      case 'AWS::SQS::Queue':
        return queueUrl(name);
      case 'AWS::SecretsManager::Secret':
        return secretArn(name);
      case 'AWS::SNS::Topic':
        return arn('sns', name);
      case 'AWS::Lambda::EventSourceMapping':
        return this.#mappingUuid(target, resource);
      case 'AWS::Lambda::Alias': {
        const of = resource.Properties?.['FunctionName'];
        const functionName = this.#string(of, { logicalId: target, property: 'FunctionName' });
        return `${arn('lambda', `function:${functionNameOf(functionName)}`)}:${name}`;
      }
      default:
        return name;
    }
  }

  #mappingUuid(logicalId: string, { Properties = {} }: TemplateResource): string {
    const text = (property: string): string => this.#string(Properties[property], { logicalId, property });
    return mappingUuid({
      queue: queueNameOf(text('EventSourceArn')),
      functionName: functionNameOf(text('FunctionName')),
    });
  }

  #getAtt(argument: unknown, place: Place): string {
    const [target = '', attribute = ''] =
      typeof argument === 'string'
        ? argument.split('.')
        : this.#list(argument, place).map(part => this.#string(part, place));
    const resource = this.#target(target, place);
    const name = this.physicalName(target);
    switch (`${resource.Type} ${attribute}`) {
      case 'AWS::SQS::Queue Arn':
        return queueArn(name);
      case 'AWS::SQS::Queue QueueName':
        return name;
      case 'AWS::SQS::Queue QueueUrl':
        return queueUrl(name);
      case 'AWS::Lambda::Function Arn':
        return arn('lambda', `function:${name}`);
      case 'AWS::Lambda::EventSourceMapping EventSourceMappingArn':
        return arn('lambda', `event-source-mapping:${this.#mappingUuid(target, resource)}`);
      case 'AWS::Logs::LogGroup Arn':
        return arn('logs', `log-group:${name}:*`);
      case 'AWS::DynamoDB::Table Arn':
        return tableArn(name);
      case 'AWS::S3::Bucket Arn':
        return `arn:${PARTITION}:s3:::${name}`;
      case 'AWS::SNS::Topic TopicArn':
        return arn('sns', name);
      case 'AWS::SNS::Topic TopicName':
        return name;
      case 'AWS::SecretsManager::Secret Id':
        return secretArn(name);
      case 'AWS::CloudWatch::Alarm Arn':
        return arn('cloudwatch', `alarm:${name}`);
      case 'AWS::IAM::Role Arn':
        return arn('iam', `role/${name}`, '');
      default:
        throw templateError(
          place.logicalId,
          place.property,
          `Fn::GetAtt ${target}.${attribute} (${resource.Type}) is not known to the local stack`,
        );
    }
  }

  #substitute(argument: unknown, place: Place): string {
    const [text, variables] = typeof argument === 'string' ? [argument, {}] : this.#list(argument, place);
    const own = new Map(Object.entries((variables ?? {}) as Record<string, unknown>));
    return this.#string(text, place).replace(/\$\{([^}]*)\}/g, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      const value = own.has(name)
        ? own.get(name)
        : name.includes('.')
          ? this.#getAtt(name, place)
          : this.#ref(name, place);
      return this.#string(value, place);
    });
  }

  #pseudoParameter(name: string): unknown {
    switch (name) {
      case 'AWS::Region':
        return REGION;
      case 'AWS::AccountId':
        return ACCOUNT;
      case 'AWS::Partition':
        return PARTITION;
      case 'AWS::URLSuffix':
        return URL_SUFFIX;
      case 'AWS::StackName':
        return this.#stackName;
      case 'AWS::StackId':
        return arn('cloudformation', `stack/${this.#stackName}/local`);
      case 'AWS::NoValue':
        return NO_VALUE;
      default:
        return undefined;
    }
  }

  #target(logicalId: string, place: Place): TemplateResource {
    const resource = this.#template.Resources[logicalId];
    if (resource === undefined) {
      throw templateError(
        place.logicalId,
        place.property,
        `refers to ${logicalId}, which is not in the template`,
      );
    }
    return resource;
  }

  #list(value: unknown, place: Place): readonly unknown[] {
    const resolved = this.#resolve(value, place);
    if (!Array.isArray(resolved))
      throw templateError(place.logicalId, place.property, 'an intrinsic has no list where it needs one');
    return resolved;
  }

  #string(value: unknown, place: Place): string {
    const resolved = this.#resolve(value, place);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number') return String(resolved);
    throw templateError(place.logicalId, place.property, 'an intrinsic has no string where it needs one');
  }
}

/** Secrets Manager ends every ARN with six characters of its own. */
const secretArn = (name: string): string => arn('secretsmanager', `secret:${name}-LOCAL0`);

const at = (place: Place, step: string): Place => ({
  logicalId: place.logicalId,
  property: `${place.property}.${step}`,
});

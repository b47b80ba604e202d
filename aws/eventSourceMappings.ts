/** Lambda's event source mappings: read one, and switch it off. */
import {
  GetEventSourceMappingCommand,
  LambdaClient,
  ListTagsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';

export const createLambdaClient = (): LambdaClient => new LambdaClient({});

export interface EventSourceMappingState {
  /** `Enabled`, `Disabled`, or on the way between them. */
  readonly state: string;
  readonly tags: Readonly<Record<string, string>>;
}

export type ReadMapping = (uuid: string) => Promise<EventSourceMappingState>;

export const readMappingWith =
  (client: LambdaClient): ReadMapping =>
  async uuid => {
    const mapping = await client.send(new GetEventSourceMappingCommand({ UUID: uuid }));
    const { Tags = {} } = await client.send(new ListTagsCommand({ Resource: mapping.EventSourceMappingArn }));
    return { state: mapping.State ?? 'unknown', tags: Tags };
  };

export type DisableMapping = (uuid: string) => Promise<void>;

export const disableMappingWith =
  (client: LambdaClient): DisableMapping =>
  async uuid => {
    await client.send(new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled: false }));
  };

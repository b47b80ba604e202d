/** The public URL, which hands every request, whatever its method and path, to receive. Which kind is the stage's choice. */
import type { Duration } from 'aws-cdk-lib';
import { FunctionUrlAuthType, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { HttpApiDoor } from './httpApiDoor.ts';
import type { RelayFunction } from './relayFunction.ts';
import type { Stage } from './stages.ts';

export interface FrontDoorProps {
  readonly stage: Stage;
  readonly receive: RelayFunction;
  readonly receiveTimeout: Duration;
}

export class FrontDoor extends Construct {
  /** Providers have this written down: replacing what it belongs to breaks every source at once. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: FrontDoorProps) {
    super(scope, id);
    const { stage, receive } = props;
    this.url =
      stage.frontDoor.kind === 'http-api'
        ? new HttpApiDoor(this, 'Default', { ...props, settings: stage.frontDoor }).url
        : // Signatures are the authorization. Its events join a header that came twice; no signature has a joined one's form.
          receive.live.addFunctionUrl({ authType: FunctionUrlAuthType.NONE, invokeMode: InvokeMode.BUFFERED })
            .url;
  }
}

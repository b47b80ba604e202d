/** The questions of an incident, saved in CloudWatch Logs Insights under the stage's name. They cost nothing until they are run. */
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { logGroupOf, SAVED_QUERIES } from '../core/events/savedQueries.ts';
import { stackName } from '../core/names.ts';
import type { Stage } from './stages.ts';

export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    for (const saved of SAVED_QUERIES) {
      new CfnQueryDefinition(this, saved.name, {
        // A slash makes a folder of them.
        name: `${stackName(stage.name)}/${saved.name}`,
        queryString: saved.query,
        logGroupNames: [logGroupOf(stage.name, saved)],
      });
    }
  }
}

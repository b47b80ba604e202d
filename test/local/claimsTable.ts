import type { TableDescription } from '../../local/template/description.ts';

/** As readAssembly reads it from the template of a stage in which a source dedupes. */
export const claimsTable: TableDescription = {
  logicalId: 'ClaimsTable',
  name: 'hookwright-local-claims',
  arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/hookwright-local-claims',
  partitionKey: 'claimId',
  timeToLive: 'expiresAt',
};

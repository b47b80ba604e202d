/** Options that several commands share, worded once. */
import type { CommandOption } from './command.ts';

export const mappingsOption: CommandOption = {
  flags: '--mappings <dir>',
  description: 'the folder with sources, destinations and routes',
  default: 'mappings',
};

export const dataOption: CommandOption = {
  flags: '--data <dir>',
  description: 'the folder in which the local stack keeps its state',
  default: '.hookwright',
};

export const stageOption: CommandOption = {
  flags: '--stage <name>',
  description:
    'a deployed stage in AWS instead of the local stack (credentials and region as for the AWS CLI)',
};

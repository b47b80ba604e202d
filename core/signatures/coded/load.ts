/** Loads a module when a source uses it, so that no other source waits for it. */
import type { CodedModule } from '../codedModules.ts';
import type { CodedModuleCode } from './codedModule.ts';

export async function loadCoded(name: CodedModule): Promise<CodedModuleCode> {
  switch (name) {
    case 'twilio':
      return (await import('./twilio.ts')).twilio;
    case 'aws-sns':
      return (await import('./awsSns.ts')).awsSns;
    case 'contentful':
      return (await import('./contentful.ts')).contentful;
    case 'dropbox-sign':
      return (await import('./dropboxSign.ts')).dropboxSign;
    case 'paddle-classic':
      return (await import('./paddleClassic.ts')).paddleClassic;
    case 'plaid':
      return (await import('./plaid.ts')).plaid;
    default:
      return name satisfies never;
  }
}

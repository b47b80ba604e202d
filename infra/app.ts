/**
 * The CDK app: the integrators' files in, one stack for each shard out. `cdk` runs it to deploy and `hookwright dev` to build the same
 * stack here, so all settings that shape the template are in the code and none in cdk.json, which only `cdk` reads.
 */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { checkProject } from '../authoring/checkProject.ts';
import { loadProject } from '../authoring/loadProject.ts';
import { deliverConfigurations, receiveConfiguration } from '../core/files/configure.ts';
import { forStage } from '../core/files/forStage.ts';
import { formatProblem, hasErrors, type Problem } from '../core/files/problem.ts';
import { makeAssets } from './assets.ts';
import { readContext } from './context.ts';
import { privateDestinationProblems } from './privateDestinations.ts';
import { makeStacks } from './stacks.ts';
import { stageProblems, unknownStages } from './stageProblems.ts';
import { STAGES } from './stages.ts';

// CloudFormation's own rules take 2 s to check, ten times the rest: a test does that instead of each synth.
const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });

const { context, problems: contextProblems } = readContext(app.node);
if (context === undefined) stop(contextProblems);
const { stage, mappings, inboxUrl, bundles } = context;

const read = stage.checks === 'all' ? checkProject : loadProject;
const { project: written, problems: fileProblems } = await read(mappings).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
const project = forStage(written, stage.name);
const problems = [
  ...stageProblems(stage, Object.keys(STAGES)),
  ...unknownStages(written, Object.keys(STAGES)),
  ...fileProblems,
  ...privateDestinationProblems(stage, Object.values(project.destinations)),
];
if (hasErrors(problems)) stop(problems);
report(problems);

const configurations = {
  receive: receiveConfiguration(project),
  deliver: deliverConfigurations(project, inboxUrl === undefined ? {} : { inboxUrl }),
};
// Inside the output, because that is the one directory that is ours to write to; CDK copies it to its final name.
const assets = await makeAssets(join(app.outdir, 'functions'), configurations, bundles);

makeStacks(app, { stage, project, assets });
app.synth();

function report(all: readonly Problem[]): void {
  for (const problem of all) console.error(formatProblem(problem));
}

/** A stack made from files with errors would lose events: there is none, rather than a part of one. */
function stop(all: readonly Problem[]): never {
  report(all);
  process.exit(1);
}

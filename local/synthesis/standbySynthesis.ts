/**
 * A synth that does not wait for its own start: one process has loaded the app ahead of time and is given the word when the
 * template changes. Each process synthesizes once, so that no run sees anything of another's.
 */
import { join } from 'node:path';
import { FolderMarks } from '../../authoring/folderMarks.ts';
import { type AppOptions, type AppProcess, startApp } from './appProcess.ts';
import { type Synthesis, type SynthesizeOptions, synthesize } from './synthesize.ts';

export interface StandbyOptions extends AppOptions {
  /** Default 1,500. */
  readonly respiteMs?: number;
}

/** Of what the app is made. */
const CODE = ['infra', 'core', 'authoring'];

/** It starts when what has just changed is running, and has been used once: its start takes a core for a second. */
const RESPITE_MS = 1_500;

/** A relay in which nobody edits anything does without it: it holds 150 MB. */
const IDLE_MS = 15 * 60_000;

interface Standby {
  readonly app: AppProcess;
  /** Of the code, when it was loaded. */
  readonly marks: string;
}

export class StandbySynthesis {
  readonly #options: StandbyOptions;
  #standby: Standby | undefined;
  #starting: NodeJS.Timeout | undefined;
  #ending: NodeJS.Timeout | undefined;

  constructor(options: StandbyOptions) {
    this.#options = options;
  }

  /** Of the process that waits. */
  get pid(): number | undefined {
    return this.#standby?.app.alive === true ? this.#standby.app.pid : undefined;
  }

  /** Somebody is editing: soon, and for a while, there is one. */
  expect(): void {
    clearTimeout(this.#starting);
    clearTimeout(this.#ending);
    this.#starting = setTimeout(() => {
      if (this.#standby?.app.alive === true) return;
      this.#standby = { marks: this.#codeMarks(), app: startApp(this.#options) };
    }, this.#options.respiteMs ?? RESPITE_MS).unref();
    this.#ending = setTimeout(() => this.#let(), IDLE_MS).unref();
  }

  run(options: Omit<SynthesizeOptions, 'projectRoot'>): Promise<Synthesis> {
    clearTimeout(this.#starting);
    const { projectRoot } = this.#options;
    return synthesize({ ...options, projectRoot }, this.#take() ?? startApp(this.#options));
  }

  close(): void {
    clearTimeout(this.#starting);
    clearTimeout(this.#ending);
    this.#let();
  }

  /** Not one that has loaded code which has changed since. */
  #take(): AppProcess | undefined {
    const standby = this.#standby;
    this.#standby = undefined;
    if (standby?.app.alive !== true) return undefined;
    if (standby.marks === this.#codeMarks()) return this.#orAnother(standby.app);
    standby.app.end();
    return undefined;
  }

  /** One that has died while it waited says nothing about the files. */
  #orAnother(app: AppProcess): AppProcess {
    const run: AppProcess['run'] = async environment => {
      const end = await app.run(environment);
      return end.hasBegun ? end : startApp(this.#options).run(environment);
    };
    return { ...app, run };
  }

  #let(): void {
    this.#standby?.app.end();
    this.#standby = undefined;
  }

  #codeMarks(): string {
    const { projectRoot } = this.#options;
    return JSON.stringify(CODE.map(folder => [...new FolderMarks(join(projectRoot, folder)).files]));
  }
}

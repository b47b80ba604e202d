/** Shows a result, and shows it again after each save, until Ctrl-C. */
import { resolve, sep } from 'node:path';
import type { FileMarks } from '../authoring/folderMarks.ts';
import { type FileWatch, watchFile, watchFolder } from '../local/watchFiles.ts';
import type { CommandOption, Terminal } from './command.ts';
import { untilInterrupted } from './interrupt.ts';

export const watchOption: CommandOption = {
  flags: '--watch',
  description: 'stay, and answer again after each save; Ctrl-C ends',
};

/**
 * @param folder - whatever is saved below it is a reason to look again.
 * @param files - further files, wherever they lie.
 * @param show - one answer, from what lies in the folder after a save; a failure of it is told, and the next save has
 * another chance.
 */
export async function whileWatching(
  folder: string,
  files: readonly string[],
  terminal: Terminal,
  show: (files?: FileMarks) => Promise<void>,
): Promise<void> {
  await untilInterrupted(async signal => {
    const answer = async (saved?: FileMarks): Promise<void> => {
      const startedAt = performance.now();
      try {
        await show(saved);
      } catch (error) {
        terminal.note(`hookwright: ${(error as Error).message}`);
      }
      const took = Math.round(performance.now() - startedAt);
      terminal.note(`answered in ${took} ms; waiting for the next save (Ctrl-C ends)`);
    };
    // Watched before the first look, so that no save falls in between; one answer at a time.
    let turn = Promise.resolve();
    const next = (saved?: FileMarks): Promise<void> => {
      turn = turn.then(() => answer(saved));
      return turn;
    };
    const elsewhere = files.filter(file => !resolve(file).startsWith(resolve(folder) + sep));
    const watches: FileWatch[] = [
      watchFolder(folder, next),
      ...elsewhere.map(file => watchFile(resolve(file), () => void next())),
    ];
    await next();
    await new Promise<void>(done => {
      if (signal.aborted) done();
      else signal.addEventListener('abort', () => done(), { once: true });
    });
    for (const watch of watches) watch.close();
  });
}

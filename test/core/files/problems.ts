import type { Problem } from '../../../core/files/problem.ts';

/** `sources/shop.yaml:2:1 unknown-key`: where and what, in short. */
export const inShort = ({ file, line, column, code }: Problem): string =>
  `${file.replace('mappings/', '')}${line === undefined ? '' : `:${line}:${column}`} ${code}`;

export const errorsAmong = (problems: readonly Problem[]): readonly Problem[] =>
  problems.filter(({ severity }) => severity === 'error');

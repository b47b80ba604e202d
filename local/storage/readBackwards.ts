/** The lines of a file from its last to its first, holding no more than a piece of it in memory. */
import { type FileHandle, open } from 'node:fs/promises';

const PIECE_BYTES = 256 * 1024;
const LINE_BREAK = 0x0a;

export async function* linesBackwards(file: string): AsyncGenerator<string, void, void> {
  const handle = await open(file, 'r');
  try {
    let end = (await handle.stat()).size;
    let rest = Buffer.alloc(0);
    while (end > 0) {
      const start = Math.max(0, end - PIECE_BYTES);
      const piece = Buffer.concat([await readExactly(handle, start, end - start), rest]);
      const first = start === 0 ? -1 : piece.indexOf(LINE_BREAK);
      if (start > 0 && first < 0) {
        rest = piece;
      } else {
        rest = piece.subarray(0, first < 0 ? 0 : first + 1);
        const lines = piece
          .subarray(first + 1)
          .toString()
          .split('\n');
        for (let index = lines.length - 1; index >= 0; index -= 1) {
          const line = lines[index];
          if (line !== undefined && line !== '') yield line;
        }
      }
      end = start;
    }
  } finally {
    await handle.close();
  }
}

async function readExactly(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

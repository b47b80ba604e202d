/** `v0:{time}:{body}` taken apart, once, when a file is read: at run time nothing is replaced in a text. `{{` and `}}` are braces. */

export type TemplatePiece = { readonly literal: string } | { readonly name: string };

/** The pieces, or what is wrong with the text. */
export function readTemplate(text: string): TemplatePiece[] | string {
  const pieces: TemplatePiece[] = [];
  for (const [piece] of text.matchAll(/\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]/g)) {
    if (piece === '{{' || piece === '}}') pieces.push({ literal: piece.slice(1) });
    else if (piece === '{' || piece === '}') return `"${text}" has an unpaired brace`;
    else pieces.push(piece.startsWith('{') ? { name: piece.slice(1, -1) } : { literal: piece });
  }
  return pieces;
}

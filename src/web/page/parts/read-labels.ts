/** Labels as they are typed into one field. */
export function readLabels(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

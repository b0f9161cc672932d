import Anser from "anser";

const charsMax = 4_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about. All but colours is left out.
const others = /\u001B(\[[0-?]*[ -/]*[@-ln-~]|\][^\u0007\u001B]*(\u0007|\u001B\\)?|[^[\]])/g;

/** A line as a terminal shows it: with its colours, and after \r only what was written last. */
export function AnsiLine({ text, mark }: { readonly text: string; readonly mark: string }) {
  const plain = (text.replace(/\r+$/, "").split("\r").at(-1) ?? "").replace(others, "");
  const shown = plain.slice(0, charsMax);
  const parts = Anser.ansiToJson(shown, { use_classes: true, json: true, remove_empty: true });
  return (
    <>
      {parts.map(({ content, fg, bg, decorations }, at) => (
        <span key={at} class={[fg, bg && `${bg}-bg`, ...decorations].filter(Boolean).join(" ")}>
          {mark === "" ? content : marked(content, mark)}
        </span>
      ))}
      {plain.length > charsMax ? <em> … {plain.length - charsMax} more characters in this line</em> : null}
    </>
  );
}

function marked(text: string, words: string) {
  const at = text.toLowerCase().indexOf(words.toLowerCase());
  if (at === -1) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + words.length)}</mark>
      {text.slice(at + words.length)}
    </>
  );
}

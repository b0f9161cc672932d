import { useEffect, useState } from "preact/hooks";

/** Text as safe markdown; plain text until the parser is loaded. */
export function Markdown({ text }: { readonly text: string }) {
  const [html, setHtml] = useState<string | null>(null);
  useEffect(() => {
    let isOver = false;
    void import("./render-markdown.ts").then(({ renderMarkdown }) => {
      if (!isOver) setHtml(renderMarkdown(text));
    });
    return () => {
      isOver = true;
    };
  }, [text]);
  if (html === null) return <p class="markdown plain">{text}</p>;
  return <div class="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}

import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../../', import.meta.url);

/** A command that a document tells people to give. */
export interface DocumentedCommand {
  readonly file: string;
  /** Variables in front of it. */
  readonly env: Readonly<Record<string, string>>;
  /** Without its comment. */
  readonly text: string;
  /** Its words, without quotation marks. */
  readonly words: readonly string[];
}

/** Every command in the `sh` blocks of the documents. `a && b` are two. */
export function documentedCommands(): DocumentedCommand[] {
  const docs = readdirSync(new URL('docs/', root)).filter((name) => name.endsWith('.md'));
  const files = ['README.md', 'CONTRIBUTING.md', 'test/README.md', 'test/fakes/README.md', 'device-sim/README.md'];
  return [...files, ...docs.map((name) => `docs/${name}`)].flatMap((file) => {
    const text = readFileSync(new URL(file, root), 'utf8');
    const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
    return blocks
      .flatMap((block) => block.replace(/\\\n\s*/g, '').split('\n'))
      .filter((line) => line !== '' && !line.startsWith('#'))
      .flatMap((line) => splitOutsideQuotes(line))
      .map((line) => commandOf(file, line));
  });
}

function splitOutsideQuotes(line: string): string[] {
  return line.includes("'") ? [line] : line.split(' && ');
}

function commandOf(file: string, line: string): DocumentedCommand {
  const text = line.replace(/\s+# .*$/, '').trim();
  const words = (text.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/s, '$2'));
  if (words[0] === 'export') words.shift();
  const env: Record<string, string> = {};
  for (let pair = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(words[0] ?? ''); pair; ) {
    env[pair[1] ?? ''] = pair[2] ?? '';
    words.shift();
    pair = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(words[0] ?? '');
  }
  return { file, env, text, words };
}

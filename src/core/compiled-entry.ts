const root = new URL('../../', import.meta.url).href;

/**
 * The compiled file behind a worker thread's or child process's entry: `relative` is resolved against the caller's
 * `import.meta.url` and mapped to `dist/`, whether the caller runs from `src/` (tests) or from `dist/`. Needed because
 * Node 20 cannot run TypeScript. `src/a/b.ts` with `./c.ts` gives `dist/a/c.js`; `device-sim/` compiles to
 * `dist/device-sim/`.
 */
export function compiledEntry(importMetaUrl: string, relative: string): URL {
  const { href } = new URL(relative, importMetaUrl);
  if (!href.startsWith(root)) throw new RangeError(`${href} is not part of this project`);
  const path = href.slice(root.length).replace(/\.ts$/, '.js');
  if (path.startsWith('dist/')) return new URL(path, root);
  return new URL(`dist/${path.replace(/^src\//, '')}`, root);
}

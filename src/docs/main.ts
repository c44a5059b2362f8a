import { writeFileSync } from 'node:fs';
import { generatedFiles } from './generated-files.ts';

/** `npm run docs` writes the generated files; `npm run docs -- --check` only says which are stale, by its exit code too. */
function main(checkOnly: boolean): number {
  const root = new URL('../../', import.meta.url);
  let failed = false;
  for (const { path, current, wanted, problem } of generatedFiles(root)) {
    if (wanted === undefined) {
      console.error(`${path}: ${problem}`);
      failed = true;
    } else if (current === wanted) {
      console.log(`${path}: fresh`);
    } else if (checkOnly) {
      console.error(`${path}: stale; run "npm run docs" and commit what it writes`);
      failed = true;
    } else {
      writeFileSync(new URL(path, root), wanted);
      console.log(`${path}: written`);
    }
  }
  return failed ? 1 : 0;
}

process.exitCode = main(process.argv.includes('--check'));

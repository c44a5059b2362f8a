import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// Every link within the documents leads somewhere: to a file that exists, and to a heading in it.

const root = fileURLToPath(new URL('..', import.meta.url));

/** Folders that hold documents. */
const FOLDERS = ['.', 'docs', 'device-sim', 'test', 'test/fakes'];

const pages = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, folder, name)),
);

const textOf = (page: string) => readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '');

/** The anchors of a page as GitHub makes them from its headings. */
function anchorsOf(page: string): Set<string> {
  const counts = new Map<string, number>();
  const anchors = [...textOf(page).matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading = '']) => {
    const text = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase();
    const slug = text.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(anchors);
}

function linksOf(page: string): string[] {
  const links = textOf(page).matchAll(/\]\(([^)\s]+)(?:\s"[^"]*")?\)|<(?:img|a)\s[^>]*?(?:src|href)="([^"]+)"/g);
  return [...links].map(([, markdown, html]) => markdown ?? html ?? '').filter((link) => !/^[a-z]+:/.test(link));
}

/** What is wrong with a link. @returns undefined when nothing is */
function problemOf(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : resolve(dirname(page), path);
  if (!existsSync(target)) return `${page}: ${link}: there is no such file`;
  if (anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor)) {
    return `${page}: ${link}: there is no such heading`;
  }
  return undefined;
}

it('every link within the documents leads to a file, and to a heading in it', () => {
  const links = pages.flatMap((page) => linksOf(page).map((link) => [page, link] as const));
  expect(links.length).toBeGreaterThan(100);
  expect(links.flatMap(([page, link]) => problemOf(page, link) ?? [])).toEqual([]);
});

it('every document of docs/ is in the table of the README', () => {
  const documents = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const named = linksOf(join(root, 'README.md'));
  expect(documents.filter((name) => !named.includes(`docs/${name}`))).toEqual([]);
});

it('every file of the project that the documents name exists', () => {
  const paths = /`((?:docs|src|test|bench|device-sim|scripts|deploy|monitoring|examples|assets)\/[\w./-]+)`/g;
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(paths)].map(([, path = '']) => [page, path] as const),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(([, path]) => !existsSync(join(root, path)))).toEqual([]);
});

// Reads as much of the Dockerfile and .dockerignore formats as this project's own files use.

export function parseDockerfile(text) {
  const stages = [];
  for (const line of logicalLines(text)) {
    const [, op, tail] = /^(\w+)\s+(.*)$/s.exec(line) ?? [];
    if (op === undefined) throw new Error(`Dockerfile: not an instruction: ${line}`);
    const flags = {};
    let rest = tail;
    for (let flag = /^--([\w-]+)=(\S+)\s+/.exec(rest); flag; flag = /^--([\w-]+)=(\S+)\s+/.exec(rest)) {
      flags[flag[1]] = flag[2];
      rest = rest.slice(flag[0].length);
    }
    if (op.toUpperCase() === 'FROM') {
      const [, base, name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      stages.push({ base, name, instructions: [] });
    } else if (stages.length === 0) {
      throw new Error(`Dockerfile: ${op} before FROM is not understood here`);
    } else {
      stages.at(-1).instructions.push({ op: op.toUpperCase(), flags, rest });
    }
  }
  return stages;
}

/** Lines without comments, with those that end in a backslash joined to the next. */
function logicalLines(text) {
  const lines = [];
  let open = '';
  for (const raw of text.split('\n')) {
    if (/^\s*#/.test(raw) || (raw.trim() === '' && open === '')) continue;
    open += raw.trim();
    if (open.endsWith('\\')) open = `${open.slice(0, -1)} `;
    else {
      lines.push(open);
      open = '';
    }
  }
  return lines;
}

export function words(rest) {
  return rest.startsWith('[') ? JSON.parse(rest) : rest.split(/\s+/).filter((word) => word !== '');
}

export function contextFilter(dockerignore) {
  const rules = dockerignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keep: line.startsWith('!'), pattern: globToRegExp(line.replace(/^!/, '')) }));
  // The last rule that fits decides.
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.keep ?? true;
}

/** A pattern fits a path and everything below it. */
function globToRegExp(glob) {
  const source = glob
    .replace(/\/$/, '')
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      if (part === '?') return '[^/]';
      return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}(?:/.*)?$`);
}

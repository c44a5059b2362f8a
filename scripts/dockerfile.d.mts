/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In capitals, as `COPY`. */
  readonly op: string;
  /** `--from=build` as `{ from: 'build' }`. */
  readonly flags: Readonly<Record<string, string>>;
  /** What follows the flags, continued lines joined. */
  readonly rest: string;
}

/** One stage: from a FROM to the next. */
export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** Splits a Dockerfile into its stages. Throws on what comes before the first FROM. */
export function parseDockerfile(text: string): Stage[];

/** A list of words: JSON form or words separated by spaces. */
export function words(rest: string): string[];

/** Returns what says whether a path (relative, with `/`) is in the build context, by the text of a .dockerignore. */
export function contextFilter(dockerignore: string): (path: string) => boolean;

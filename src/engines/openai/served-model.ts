import { DialtoneError } from '../../core/errors.ts';
import type { ServiceClient } from './requests/client.ts';

/** The most names that an error lists. */
const MAX_NAMED = 10;

/** What a model does, as some servers say. */
type ModelTask = 'text-generation' | 'automatic-speech-recognition' | 'text-to-speech';

/** What says which model is meant. */
export interface ServedModelOptions {
  readonly client: ServiceClient;
  /** Default: the one that the server has, which is asked once. */
  readonly model: string | undefined;
  readonly task: ModelTask;
  /** The variable that names it. */
  readonly setting: string;
}

/** The model that an engine asks for: the one that the user has named, or the only one that the server has. */
export class ServedModel {
  readonly #options: ServedModelOptions;
  #name: string | undefined;

  constructor(options: ServedModelOptions) {
    this.#options = options;
    this.#name = options.model;
  }

  /** What is known without asking. */
  get known(): string | undefined {
    return this.#name;
  }

  /** @throws DialtoneError `engine_misconfigured` when the server has no model or several, `engine_*` when it does not say */
  async name(signal: AbortSignal): Promise<string> {
    if (this.#name !== undefined) return this.#name;
    const { client, task, setting } = this.#options;
    const call = client.call('models', signal);
    try {
      const names = namesIn(await call.start((callSignal) => client.wire.models(callSignal)), task);
      const [only] = names;
      if (only === undefined || names.length > 1) {
        const shown = names.slice(0, MAX_NAMED).join(', ');
        const has = only === undefined ? 'names no model' : `has several models (${shown})`;
        throw new DialtoneError('engine_misconfigured', `The server ${has}: set ${setting} to the one that is meant.`, {
          engine: client.service.id,
        });
      }
      this.#name = only;
      return only;
    } finally {
      call.end();
    }
  }
}

/** The names in a list of models, as OpenAI's servers write it, for this task where they say what each is for. */
function namesIn(body: unknown, task: ModelTask): string[] {
  const list = field(body, 'data') ?? field(body, 'models');
  if (!Array.isArray(list)) return [];
  const named = list.flatMap((entry) => {
    const name = field(entry, 'id') ?? field(entry, 'name');
    return typeof name === 'string' && name !== '' ? [{ name, task: field(entry, 'task') }] : [];
  });
  const fitting = named.filter((model) => model.task === undefined || model.task === task);
  return [...new Set(fitting.map(({ name }) => name))];
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A service with the API of OpenAI: where it is, and what its user can set. */
export interface Service {
  /** The engine's name, as in settings and metrics. */
  readonly id: 'groq' | 'openai';
  /** What errors call it where it is at home. */
  readonly name: string;
  readonly home: string;
  /** Paths under which the API may be where an address has none, the likeliest first. */
  readonly paths: readonly [string, string];
  /** What the user can set, as errors name it. */
  readonly settings: { readonly key: string; readonly url: string; readonly models: string };
  /** Longest text of one request for speech, characters. */
  readonly maxCharacters: number;
}

/** Groq, or another server with the API of OpenAI behind GROQ_BASE_URL. */
export const GROQ: Service = {
  id: 'groq',
  name: 'Groq',
  home: 'https://api.groq.com',
  paths: ['/openai/v1', '/v1'],
  settings: { key: 'GROQ_API_KEY', url: 'GROQ_BASE_URL', models: 'GROQ_..._MODEL' },
  // The limit of Orpheus.
  maxCharacters: 200,
};

/** OpenAI, or another server with its API: Ollama, vLLM, llama.cpp, LM Studio, OpenRouter, speaches, LocalAI. */
export const OPENAI: Service = {
  id: 'openai',
  name: 'OpenAI',
  home: 'https://api.openai.com',
  paths: ['/v1', ''],
  settings: { key: 'OPENAI_API_KEY', url: 'OPENAI_BASE_URL', models: 'OPENAI_..._MODEL' },
  maxCharacters: 1_000,
};

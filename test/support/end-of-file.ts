import { afterAll } from 'vitest';
import { closeSharedEngines } from './shared-engines.ts';

// Set up for every test file: what its tests share ends with it.

afterAll(closeSharedEngines);

import { expect, it } from 'vitest';
import { defaultModelsDir, type Machine } from './models-dir.ts';

it.each<[string, Machine, string]>([
  ['Linux', { platform: 'linux', home: '/home/ann', env: {} }, '/home/ann/.local/share/dialtone/models'],
  [
    'Linux with XDG_DATA_HOME',
    { platform: 'linux', home: '/home/ann', env: { XDG_DATA_HOME: '/data' } },
    '/data/dialtone/models',
  ],
  [
    'Linux with a relative XDG_DATA_HOME',
    { platform: 'linux', home: '/home/ann', env: { XDG_DATA_HOME: 'data' } },
    '/home/ann/.local/share/dialtone/models',
  ],
  [
    'macOS',
    { platform: 'darwin', home: '/Users/ann', env: {} },
    '/Users/ann/Library/Application Support/dialtone/models',
  ],
  [
    'Windows',
    { platform: 'win32', home: 'C:\\Users\\ann', env: { LOCALAPPDATA: 'D:\\Local' } },
    'D:\\Local\\dialtone\\models',
  ],
  [
    'Windows without LOCALAPPDATA',
    { platform: 'win32', home: 'C:\\Users\\ann', env: {} },
    'C:\\Users\\ann\\AppData\\Local\\dialtone\\models',
  ],
])('on %s models are in the folder for data', (_, machine, folder) => expect(defaultModelsDir(machine)).toBe(folder));

import { devicesJsonSchema } from '../docs/devices-json-schema.ts';
import { formatJson } from '../docs/format-json.ts';
import { EXAMPLE_CONFIG } from '../protocols/example-config.ts';
import { type CommandArgs, type CommandIo, UsageError } from './command.ts';
import { EXIT } from './exit-codes.ts';

/** `dialtone config schema` and `dialtone config example`. */
export function config({ positionals: [what] }: CommandArgs, { out }: CommandIo): number {
  if (what === 'schema') out(devicesJsonSchema());
  else if (what === 'example') out(formatJson(EXAMPLE_CONFIG));
  else throw new UsageError(`"config ${what}" is not known: "schema" or "example"`);
  return EXIT.ok;
}

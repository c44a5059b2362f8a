import { z } from 'zod';
import { editorSchemaFor } from '../config/devices-schema.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import { formatJson } from './format-json.ts';

/** JSON Schema of devices.json, as it may be written: for editors. */
export function devicesJsonSchema(): string {
  return formatJson(z.toJSONSchema(editorSchemaFor(PROTOCOLS), { io: 'input', target: 'draft-7' }));
}

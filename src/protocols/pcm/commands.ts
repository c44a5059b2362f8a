import { z } from 'zod';
import { describeIssues } from '../../config/json/describe-issues.ts';

/** Longest text of one `server_command`, UTF-16 units: the parser of such a device has a few kilobytes. */
export const MAX_COMMAND_CHARACTERS = 2_048;

/** A command of a device, as devices.json lists it. */
export interface PcmCommand {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments, an object; undefined: it may be sent with any. */
  readonly parameters: Readonly<Record<string, unknown>> | undefined;
  /** `user`: the language model is not offered it. */
  readonly audience: 'model' | 'user';
}

/** Names of commands that a language model should not be offered unless devices.json says so: they end what the device is doing, or change what it is. */
const FOR_THE_USER =
  /reboot|restart|reset|upgrade|update|firmware|flash|ota(?![a-z])|format|erase|factory|sleep|shut_?down|power_?off|wi_?fi|password|token/i;

const nameSchema = z
  .string()
  .regex(/^[a-zA-Z0-9_.-]{1,64}$/, 'use up to 64 letters, digits, "_", "." and "-": as the device names the command');

const parametersSchema = z
  .record(z.string(), z.unknown())
  .refine(({ type }) => type === 'object', 'begin with "type": "object": the arguments are an object')
  .refine(isReadable, 'this is no JSON Schema');

const describedSchema = z.strictObject({
  name: nameSchema,
  description: z.string().trim().max(1_000).default('').meta({ description: 'What it does, for the language model.' }),
  parameters: parametersSchema.optional().meta({ description: 'JSON Schema of its arguments. Default: any.' }),
  audience: z.enum(['model', 'user']).optional().meta({
    description:
      '"user": only over REST. "model": the language model may call it, too. Default: "model", and "user" for names as "reboot".',
  }),
});

/** Keys of devices.json that only a `pcm` device has. */
export const pcmFields = {
  commands: z
    .array(z.union([nameSchema, describedSchema]))
    .max(64)
    .refine(haveOwnNames, 'each command once')
    .default([])
    .meta({
      description:
        'What a "pcm" device may be told by server_command, over REST and by the language model: names as in ["set_led_color"], or ' +
        'objects with "name", "description", "parameters", "audience".',
    }),
};

/** What they hold. */
export type PcmOptions = z.output<z.ZodObject<typeof pcmFields>>;

/** The commands of a device, as its entry lists them. */
export function commandsOf({ commands }: PcmOptions): readonly PcmCommand[] {
  return commands.map((command) => {
    const { name, description, parameters, audience } = typeof command === 'string' ? bare(command) : command;
    return { name, description, parameters, audience: audience ?? (FOR_THE_USER.test(name) ? 'user' : 'model') };
  });
}

function bare(name: string): z.output<typeof describedSchema> {
  return { name, description: '' };
}

/** What is wrong with the arguments of a command; undefined: nothing is. */
export function problemOf({ parameters }: PcmCommand, args: Readonly<Record<string, unknown>>): string | undefined {
  if (parameters === undefined) return undefined;
  const checked = z.fromJSONSchema(parameters as z.core.JSONSchema.JSONSchema).safeParse(args);
  if (checked.success) return undefined;
  return describeIssues(checked.error.issues, args, Object.keys(parameters.properties ?? {}), 'the arguments').join(
    '; ',
  );
}

function isReadable(parameters: Readonly<Record<string, unknown>>): boolean {
  try {
    z.fromJSONSchema(parameters as z.core.JSONSchema.JSONSchema);
    return true;
  } catch {
    return false;
  }
}

function haveOwnNames(commands: readonly (string | { readonly name: string })[]): boolean {
  const names = commands.map((command) => (typeof command === 'string' ? command : command.name));
  return new Set(names).size === names.length;
}

import type { BackendEvent } from './backend.ts';

/** What clients are told in words, by gesture; a gesture without a text is not told so. */
export type TouchTemplates = Readonly<Partial<Record<'tap' | 'stroke', string>>>;

/** The templates in the settings. */
export function touchTemplates(settings: {
  readonly MCP_TOUCH_TAP?: string | undefined;
  readonly MCP_TOUCH_STROKE?: string | undefined;
}): TouchTemplates {
  const { MCP_TOUCH_TAP: tap, MCP_TOUCH_STROKE: stroke } = settings;
  return { ...(tap === undefined ? {} : { tap }), ...(stroke === undefined ? {} : { stroke }) };
}

/** A touch as the stackchan gateway (0.9.1) tells it in `stackchan/event`, with the device's name. `ts`: by the clock of the device. */
export function touchEvent({ device, gesture, duration_ms, ts, session_id }: BackendEvent) {
  return {
    event_type: 'touch',
    subtype: gesture,
    action: gesture === 'stroke' ? 'head_stroke' : 'head_pat',
    duration_ms,
    ts,
    session_id,
    device,
  };
}

/**
 * The same in words, as the gateway tells it in `notifications/claude/channel`: the filled template, and all values as texts. What
 * the template has in braces beside these stays as it is.
 * @returns undefined when there is no template for the gesture
 */
export function touchNotice(event: BackendEvent, templates: TouchTemplates) {
  const { gesture, at } = event;
  const template = gesture === 'tap' || gesture === 'stroke' ? templates[gesture] : undefined;
  if (template === undefined) return undefined;
  const meta: Record<string, string> = {};
  for (const [key, value] of Object.entries(touchEvent(event))) if (value !== undefined) meta[key] = String(value);
  if (typeof at === 'string') meta.ts_unix = String(Math.floor(Date.parse(at) / 1000));
  const values = new Map(Object.entries({ ...meta, gesture: String(gesture) }));
  // In one pass: what a device is called is no template.
  const content = template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
  return { content, meta };
}

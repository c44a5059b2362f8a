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

/** A touch as the stackchan gateway (0.9.1) tells it in `stackchan/event`, with the device's name. */
export function touchEvent({ device, gesture, duration_ms, at }: BackendEvent) {
  return {
    event_type: 'touch',
    subtype: gesture,
    action: gesture === 'stroke' ? 'head_stroke' : 'head_pat',
    duration_ms,
    ts: typeof at === 'string' ? Date.parse(at) : undefined,
    device,
  };
}

/**
 * The same in words, as the gateway tells it in `notifications/claude/channel`: the filled template, and all values as texts.
 * @returns undefined when there is no template for the gesture
 */
export function touchNotice(event: BackendEvent, templates: TouchTemplates) {
  const { gesture } = event;
  const template = gesture === 'tap' || gesture === 'stroke' ? templates[gesture] : undefined;
  if (template === undefined) return undefined;
  const values = touchEvent(event);
  const meta: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) if (value !== undefined) meta[key] = String(value);
  if (values.ts !== undefined) meta.ts_unix = String(Math.floor(values.ts / 1000));
  // In one pass: what a device is called is no template.
  const content = template.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    name === 'gesture' ? String(gesture) : (meta[name] ?? whole),
  );
  return { content, meta };
}
